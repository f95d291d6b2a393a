package io.supercloud.optimizer;

import io.supercloud.core.InvalidValueException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Market time of a replay: begins at {@code marketBegin} when the clock is made and passes {@code speed} times as fast as
 * the time of {@code real}.
 */
public final class ReplayClock implements InstantSource {
    private final InstantSource real;
    private final Instant realBegin;
    private final Instant marketBegin;
    private final double speed;

    /** @param speed 1 is real time, 600 lets ten minutes pass in a second */
    public ReplayClock(InstantSource real, Instant marketBegin, double speed) {
        if (!(speed > 0 && speed <= 1e6)) {
            throw new InvalidValueException(
                    "replay speed %s is not valid: use more than 0, up to 1000000".formatted(speed));
        }
        this.real = real;
        this.realBegin = real.instant();
        this.marketBegin = marketBegin;
        this.speed = speed;
    }

    /** The market's now. */
    @Override
    public Instant instant() {
        return toMarket(real.instant());
    }

    /** The market time at {@code realTime}; the begin for what was before the replay. */
    public Instant toMarket(Instant realTime) {
        long realMillis = Math.max(0, Duration.between(realBegin, realTime).toMillis());
        return marketBegin.plusMillis(Math.round(realMillis * speed));
    }

    public double speed() {
        return speed;
    }
}
