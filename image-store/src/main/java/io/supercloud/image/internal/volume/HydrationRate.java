package io.supercloud.image.internal.volume;

import io.supercloud.core.InvalidValueException;

/** How fast a volume may be fetched in the background; may change while it is. */
final class HydrationRate {
    static final long UNLIMITED = Long.MAX_VALUE;

    private volatile long bytesPerSecond = UNLIMITED;

    /** 0 where it pauses. */
    long bytesPerSecond() {
        return bytesPerSecond;
    }

    void set(long limit) {
        if (limit < 0) {
            throw new InvalidValueException("%d bytes a second are no rate: 0 pauses".formatted(limit));
        }
        bytesPerSecond = limit;
    }
}
