package io.supercloud.benchmarks;

import io.supercloud.migration.HostCall.SwitchTimes;
import java.util.Optional;

/**
 * One measured move.
 *
 * @param downtimeMillis the longest time that a client which asks once a millisecond got no answer
 * @param stoppedMillis from the guest's stop at the source to its first instruction at the target
 * @param arrivalMillis from the command to the first instruction at the target
 * @param wireMib what went over the link, both ways, until the move had ended
 * @param phases what the stop is made of; ours only
 */
record MoveSample(
        double downtimeMillis,
        double stoppedMillis,
        double arrivalMillis,
        double wireMib,
        Optional<SwitchTimes> phases) {}
