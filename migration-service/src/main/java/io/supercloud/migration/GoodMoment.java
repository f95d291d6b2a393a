package io.supercloud.migration;

import io.supercloud.migration.hypervisor.VirtualMachine.StreamProgress;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * Waits for a moment in which a guest changes less of its memory than usual. Until it has come, or has been waited for for as long as
 * the patience lasts since the stream could have ended, what is left has to fit into half of the downtime that is allowed. Pure.
 */
final class GoodMoment {
    /** Less than half is not worth its rounds: each costs the guest some time of its own. */
    private static final int SHARE = 2;

    private final Duration patience;
    private double bestBytesPerNano;
    private long sampleNanos;
    private long sampleSentBytes;
    private OptionalLong inReachSince = OptionalLong.empty();

    GoodMoment(Duration patience) {
        this.patience = patience;
    }

    static long downtimeMillis(long allowedMillis) {
        return Math.max(1, allowedMillis / SHARE);
    }

    /** Whether it has been waited for long enough; asked at each sample. */
    boolean over(StreamProgress progress, long nowNanos, long allowedMillis) {
        if (nowNanos > sampleNanos) {
            double sent = progress.sentBytes() - sampleSentBytes;
            bestBytesPerNano = Math.max(bestBytesPerNano, sent / (nowNanos - sampleNanos));
        }
        sampleNanos = nowNanos;
        sampleSentBytes = progress.sentBytes();
        if (inReachSince.isEmpty() && couldEnd(progress, allowedMillis)) {
            inReachSince = OptionalLong.of(nowNanos);
        }
        return inReachSince.isPresent() && nowNanos - inReachSince.getAsLong() >= patience.toNanos();
    }

    /** At the best rate so far; not in the first round, after which all that has changed meanwhile is still to come. */
    private boolean couldEnd(StreamProgress progress, long allowedMillis) {
        return progress.round() > 1 && progress.remainingBytes() <= bestBytesPerNano * allowedMillis * 1_000_000;
    }
}
