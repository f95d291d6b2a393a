package io.supercloud.migration;

import io.supercloud.migration.hypervisor.VirtualMachine.StreamProgress;
import java.time.Duration;
import java.util.Optional;

/**
 * Watches whether a pre-copy gets on, and says what to do where it does not. A round through the memory that is not
 * noticeably shorter than the best one before it is no progress; a window without progress is a stall, and each stall brings
 * the next measure: slow the guest down, stop it for longer, send the rest after it; without leave for a post-copy it is
 * stopped for longer only.
 *
 * <p>A guest changes its memory now more, now less. It is stopped at a good moment if one comes: at first what is left has to
 * fit into half of the downtime that is allowed, and into all of it only when the stream could have ended for as long as the
 * patience lasts. Less than half is not worth its rounds: each costs the guest some time of its own. Pure.
 */
public final class Convergence {
    /** A stall is told after this, and after as many rounds as {@link #WINDOW_ROUNDS}. */
    static final Duration WINDOW = Duration.ofSeconds(3);

    static final int WINDOW_ROUNDS = 2;
    /** By how much a round has to be shorter than the best one, to be progress. */
    private static final double NOTICEABLE = 0.9;

    static final int FIRST_THROTTLE_PERCENT = 40;
    static final int LAST_THROTTLE_PERCENT = 80;
    private static final int DOWNTIME_FACTOR = 3;

    public static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final int GOOD_MOMENT_SHARE = 2;

    private final MoveManner manner;
    private final Duration patience;
    private int throttlePercent;
    private long allowedMillis;
    private boolean waiting;
    private boolean inReach;
    private long inReachNanos;
    private double bestBytesPerNano;
    private long sampleNanos;
    private long sampleSentBytes;
    private boolean postCopy;
    private long round;
    private long roundPeak;
    private long bestPeak = Long.MAX_VALUE;
    private long progressRound;
    private long progressNanos;
    private boolean begun;

    /** @param patience how long a good moment is waited for, at most; zero where there is no time for that */
    public Convergence(MoveManner manner, Duration patience) {
        this.manner = manner;
        this.patience = patience;
        this.allowedMillis = manner.downtimeLimitMillis();
        this.waiting = patience.isPositive();
    }

    /** What is left has to fit into this before the guest is stopped. */
    public long downtimeMillis() {
        return waiting ? Math.max(1, allowedMillis / GOOD_MOMENT_SHARE) : allowedMillis;
    }

    /** What to do about a stream that stalls. */
    public sealed interface Measure {
        /** No better moment has come; this is what is allowed anyway. */
        record Settle(long millis) implements Measure {}

        record Throttle(int percent) implements Measure {}

        record AllowDowntime(long millis) implements Measure {}

        record PostCopy() implements Measure {}
    }

    /** @param nowNanos of any clock that does not go back */
    public Optional<Measure> after(StreamProgress progress, long nowNanos) {
        if (!begun) {
            begun = true;
            progressNanos = nowNanos;
            sampleNanos = nowNanos;
            sampleSentBytes = progress.sentBytes();
        }
        if (progress.round() > round) {
            endOfRound(nowNanos);
            round = progress.round();
            roundPeak = 0;
        }
        couldEnd(progress, nowNanos);
        roundPeak = Math.max(roundPeak, progress.remainingBytes());
        if (waiting && inReach && nowNanos - inReachNanos >= patience.toNanos()) {
            waiting = false;
            return Optional.of(new Measure.Settle(allowedMillis));
        }
        if (!stalled(nowNanos)) {
            return Optional.empty();
        }
        Optional<Measure> next = next();
        if (next.isPresent()) {
            advanced(nowNanos);
        }
        return next;
    }

    /** Whether what is left goes over within the downtime that is allowed, at the best rate so far; the first round is not over. */
    private void couldEnd(StreamProgress progress, long nowNanos) {
        if (nowNanos > sampleNanos) {
            double sent = progress.sentBytes() - sampleSentBytes;
            bestBytesPerNano = Math.max(bestBytesPerNano, sent / (nowNanos - sampleNanos));
        }
        sampleNanos = nowNanos;
        sampleSentBytes = progress.sentBytes();
        if (!inReach && round > 1 && progress.remainingBytes() <= bestBytesPerNano * allowedMillis * 1_000_000) {
            inReach = true;
            inReachNanos = nowNanos;
        }
    }

    private void endOfRound(long nowNanos) {
        if (roundPeak > 0 && roundPeak < NOTICEABLE * bestPeak) {
            bestPeak = roundPeak;
            advanced(nowNanos);
        }
    }

    private void advanced(long nowNanos) {
        progressRound = round;
        progressNanos = nowNanos;
    }

    private boolean stalled(long nowNanos) {
        return round - progressRound > WINDOW_ROUNDS && nowNanos - progressNanos > WINDOW.toNanos();
    }

    private Optional<Measure> next() {
        boolean strong = manner.postCopy() == MoveManner.PostCopy.IF_NEEDED;
        if (strong && throttlePercent < LAST_THROTTLE_PERCENT) {
            throttlePercent = throttlePercent == 0 ? FIRST_THROTTLE_PERCENT : LAST_THROTTLE_PERCENT;
            return Optional.of(new Measure.Throttle(throttlePercent));
        }
        if (allowedMillis < manner.mostDowntimeMillis()) {
            waiting = false;
            allowedMillis = Math.min(DOWNTIME_FACTOR * allowedMillis, manner.mostDowntimeMillis());
            return Optional.of(new Measure.AllowDowntime(allowedMillis));
        }
        if (strong && !postCopy) {
            postCopy = true;
            return Optional.of(new Measure.PostCopy());
        }
        return Optional.empty();
    }
}
