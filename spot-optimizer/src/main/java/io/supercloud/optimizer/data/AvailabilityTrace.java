package io.supercloud.optimizer.data;

import io.supercloud.core.InvalidValueException;
import io.supercloud.optimizer.OptimizerException;
import java.nio.file.Path;
import java.util.BitSet;

/**
 * When as many spot instances as were asked for could be had in a zone, tick by tick.
 *
 * @param set the folder that it was recorded in: its traces begin at the same time
 * @param zone for example {@code us-west-2a}
 * @param resource what was asked for, for example {@code v100_1}
 * @param tickMillis the length of a tick
 * @param ticks how many there are
 * @param obtainable by tick
 */
public record AvailabilityTrace(
        String set, String zone, String resource, long tickMillis, int ticks, BitSet obtainable) {
    public AvailabilityTrace {
        if (tickMillis <= 0 || ticks <= 0 || obtainable.length() > ticks) {
            throw new InvalidValueException("the availability of %s in %s has %d ticks of %d ms: both must be above 0"
                    .formatted(resource, zone, ticks, tickMillis));
        }
        obtainable = (BitSet) obtainable.clone();
    }

    /**
     * Reads {@code ZONE_RESOURCE.json}, plain or gzip, of the form of github.com/skypilot-org/spot-traces; blocks.
     *
     * @throws OptimizerException where the file cannot be read or is no trace, with file and line
     */
    public static AvailabilityTrace read(Path file) {
        return AvailabilityReader.read(file);
    }

    /** A copy, which may be changed. */
    @Override
    public BitSet obtainable() {
        return (BitSet) obtainable.clone();
    }

    /** The share of ticks, 0 to 1, at which the resource could be had. */
    public double share() {
        return (double) obtainable.cardinality() / ticks;
    }
}
