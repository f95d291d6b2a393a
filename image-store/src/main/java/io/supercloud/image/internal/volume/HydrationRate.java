package io.supercloud.image.internal.volume;

/** How fast a volume may be fetched in the background; may change while it is. */
final class HydrationRate {
    static final long UNLIMITED = Long.MAX_VALUE;

    private volatile long bytesPerSecond = UNLIMITED;

    /** 0 where it pauses. */
    long bytesPerSecond() {
        return bytesPerSecond;
    }

    void set(long limit) {
        bytesPerSecond = limit;
    }
}
