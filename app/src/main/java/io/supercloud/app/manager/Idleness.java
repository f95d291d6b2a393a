package io.supercloud.app.manager;

import io.supercloud.core.HostId;
import io.supercloud.migration.HostActivity.VmActivity;
import java.time.Duration;
import java.time.Instant;

/**
 * For how long nobody has used a VM: no frame came or went, and its process used no more than a little processor time, as a
 * guest does that waits.
 *
 * @param seen what its host said last, at {@code at}
 * @param usedAt when it was in use last, as far as known
 */
record Idleness(HostId host, VmActivity seen, Instant at, Instant usedAt) {
    /**
     * Of one processor. A guest that waits uses a tenth of one where its processor is emulated, a fifth where others want the
     * machine too, and much less where it is not; one that computes uses all that it gets.
     */
    static final double MOST_IDLE_SHARE = 0.4;

    /** A VM that has just been heard of may have been in use. */
    static Idleness first(HostId host, VmActivity seen, Instant now) {
        return new Idleness(host, seen, now, now);
    }

    Idleness next(HostId nextHost, VmActivity next, Instant now) {
        boolean same = nextHost.equals(host) && next.frames() == seen.frames() && next.cpuMillis() >= seen.cpuMillis();
        double most = MOST_IDLE_SHARE * Duration.between(at, now).toMillis();
        boolean waits = same && next.cpuMillis() - seen.cpuMillis() <= most;
        return new Idleness(nextHost, next, now, waits ? usedAt : now);
    }

    Duration lasts() {
        return Duration.between(usedAt, at);
    }
}
