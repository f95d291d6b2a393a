package io.supercloud.image.internal.log;

/**
 * From which segment on a log keeps even those of which no record counts any more, for somebody who reads it in order. Where they become
 * too much he must begin anew: none is kept for him any more.
 */
final class Retained {
    private static final int NONE = Integer.MAX_VALUE;

    private volatile int first = NONE;
    private volatile long mostBytes;

    boolean has(int segment) {
        return segment >= first;
    }

    void from(int segment, long most) {
        mostBytes = most;
        first = segment;
    }

    /** Lets go of what is before {@code segment}. */
    void advance(int segment) {
        if (first != NONE) {
            first = segment;
        }
    }

    /** Lets go of all where so much is kept for this alone. */
    void boundTo(long bytes) {
        if (bytes > mostBytes) {
            first = NONE;
        }
    }

    void release() {
        first = NONE;
    }
}
