package io.supercloud.optimizer;

import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * Where a VM is and what moving it would take.
 *
 * @param since when it came to {@code site}
 * @param recentMoves when it was moved, at least those of the last 24 hours
 * @param moveBytes what a move would send between the sites
 * @param moveTime how long a move would hold both places
 * @param workDone of its job, where it has one
 */
public record VmSituation(
        VmId vm,
        SiteId site,
        Rental rental,
        Footing footing,
        Instant since,
        List<Instant> recentMoves,
        long moveBytes,
        Duration moveTime,
        Duration workDone) {
    /** Whether its host is there to stay. */
    public enum Footing {
        SAFE,
        /** The cloud has given notice that it takes the host away. */
        NOTICE,
        /** The host is gone, and the VM does not run. */
        LOST
    }

    public VmSituation {
        recentMoves = List.copyOf(recentMoves);
    }

    /** A VM on a spot instance that nothing threatens. */
    public static VmSituation onSpot(
            VmId vm, SiteId site, Instant since, List<Instant> recentMoves, long moveBytes, Duration moveTime) {
        return new VmSituation(
                vm, site, Rental.SPOT, Footing.SAFE, since, recentMoves, moveBytes, moveTime, Duration.ZERO);
    }

    String canonicalText() {
        return "vm %s at %s %s %s since %s moves=%s bytes=%d time=%s done=%s"
                .formatted(
                        vm,
                        site,
                        rental,
                        footing,
                        since,
                        recentMoves.stream().sorted().toList(),
                        moveBytes,
                        moveTime,
                        workDone);
    }
}
