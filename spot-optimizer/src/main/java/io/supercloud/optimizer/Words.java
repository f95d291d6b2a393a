package io.supercloud.optimizer;

import java.time.Duration;
import java.util.Locale;

/** Figures as they stand in reasons. */
final class Words {
    private static final double MILLIS_PER_HOUR = 3_600_000;

    private Words() {}

    static String price(double dollarsPerHour) {
        return "$%s an hour".formatted(dollars(dollarsPerHour));
    }

    static String dollars(double dollars) {
        return String.format(Locale.ROOT, "%.4f", dollars);
    }

    static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    /** {@code 1h30m}. */
    static String duration(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }

    static double hours(Duration duration) {
        return duration.toMillis() / MILLIS_PER_HOUR;
    }
}
