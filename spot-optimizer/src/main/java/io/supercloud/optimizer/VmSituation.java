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
 */
public record VmSituation(
        VmId vm, SiteId site, Instant since, List<Instant> recentMoves, long moveBytes, Duration moveTime) {
    public VmSituation {
        recentMoves = List.copyOf(recentMoves);
    }

    String canonicalText() {
        return "vm %s at %s since %s moves=%s bytes=%d time=%s"
                .formatted(vm, site, since, recentMoves.stream().sorted().toList(), moveBytes, moveTime);
    }
}
