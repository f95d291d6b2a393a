package io.supercloud.image.internal.journal;

import java.time.Duration;

/** How long to wait before the next attempt: not at all before the first, then ever longer, up to a bound. */
final class Pauses {
    private static final Duration FIRST = Duration.ofMillis(20);
    private static final Duration LAST = Duration.ofSeconds(1);

    private Duration next = Duration.ZERO;

    synchronized Duration next() {
        Duration now = next;
        Duration longer = now.isZero() ? FIRST : now.multipliedBy(2);
        next = longer.compareTo(LAST) < 0 ? longer : LAST;
        return now;
    }

    /** An attempt has succeeded. */
    synchronized void reset() {
        next = Duration.ZERO;
    }
}
