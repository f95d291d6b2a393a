package io.supercloud.overlay.cloud.local;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;

/**
 * The way between two sites, the same in both directions.
 *
 * @param rttMillis round trip; under {@link #MIN_DELAYED_RTT_MILLIS} the link is not delayed at all
 * @param bandwidthBitsPerSecond of each direction; 0 for no limit
 */
public record LinkSpec(SiteId a, SiteId b, double rttMillis, long bandwidthBitsPerSecond) {
    public static final double MIN_DELAYED_RTT_MILLIS = 1;

    public LinkSpec {
        if (a.equals(b) || !(rttMillis >= 0) || rttMillis > 10_000 || bandwidthBitsPerSecond < 0) {
            throw new InvalidValueException(
                    "the link %s-%s with %s ms and %d bit/s is not valid: name two sites, 0 to 10000 ms and 0 or more bit/s"
                            .formatted(a, b, rttMillis, bandwidthBitsPerSecond));
        }
    }

    boolean delayed() {
        return rttMillis >= MIN_DELAYED_RTT_MILLIS;
    }
}
