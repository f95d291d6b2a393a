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
 * <p>A {@link GoodMoment} to stop the guest is waited for first; a stall ends that too. Pure.
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

    /** For a good moment, where there is time for that. */
    public static final Duration PATIENCE = Duration.ofSeconds(1);

    private final MoveManner manner;
    private Optional<GoodMoment> awaited;
    private int throttlePercent;
    private long allowedMillis;
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
        this.awaited = patience.isPositive() ? Optional.of(new GoodMoment(patience)) : Optional.empty();
        this.allowedMillis = manner.downtimeLimitMillis();
    }

    /** What is left has to fit into this before the guest is stopped. */
    public long downtimeMillis() {
        return awaited.isPresent() ? GoodMoment.downtimeMillis(allowedMillis) : allowedMillis;
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
        }
        if (progress.round() > round) {
            endOfRound(nowNanos);
            round = progress.round();
            roundPeak = 0;
        }
        roundPeak = Math.max(roundPeak, progress.remainingBytes());
        boolean waited = awaited.filter(moment -> moment.over(progress, nowNanos, allowedMillis))
                .isPresent();
        if (!waited && !stalled(nowNanos)) {
            return Optional.empty();
        }
        Optional<Measure> next = awaited.isPresent() ? settle() : next();
        if (next.isPresent()) {
            advanced(nowNanos);
        }
        return next;
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

    private Optional<Measure> settle() {
        awaited = Optional.empty();
        return Optional.of(new Measure.Settle(allowedMillis));
    }

    private Optional<Measure> next() {
        boolean strong = manner.postCopy() == MoveManner.PostCopy.IF_NEEDED;
        if (strong && throttlePercent < LAST_THROTTLE_PERCENT) {
            throttlePercent = throttlePercent == 0 ? FIRST_THROTTLE_PERCENT : LAST_THROTTLE_PERCENT;
            return Optional.of(new Measure.Throttle(throttlePercent));
        }
        if (allowedMillis < manner.mostDowntimeMillis()) {
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
