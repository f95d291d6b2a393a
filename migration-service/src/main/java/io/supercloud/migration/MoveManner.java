package io.supercloud.migration;

import io.supercloud.core.InvalidValueException;

/**
 * How a VM is to change its place.
 *
 * @param postCopy whether the guest may run at the target before all of its memory is there. The loss of either host loses
 *     that memory then, so it is never allowed away from a host under notice
 * @param compression of its memory on the way
 * @param downtimeLimitMillis the guest is stopped when the hypervisor expects the rest to take this long
 * @param mostDowntimeMillis how far that may be raised for a guest that changes its memory faster than it travels
 */
public record MoveManner(
        Kind kind, PostCopy postCopy, Compression compression, long downtimeLimitMillis, long mostDowntimeMillis) {
    private static final long DOWNTIME_LIMIT_MILLIS = 50;
    private static final long MOST_DOWNTIME_MILLIS = 1_000;

    /** A running guest, as long as it takes, but without post-copy. */
    public static final MoveManner LIVE =
            new MoveManner(Kind.LIVE, PostCopy.NEVER, Compression.AUTO, DOWNTIME_LIMIT_MILLIS, MOST_DOWNTIME_MILLIS);

    public MoveManner {
        if (downtimeLimitMillis < 1 || mostDowntimeMillis < downtimeLimitMillis) {
            throw new InvalidValueException(
                    "a move cannot stop its guest for %d ms, and at most %d ms: give at least 1, and no more than the most"
                            .formatted(downtimeLimitMillis, mostDowntimeMillis));
        }
    }

    /** What there is of a VM beside its disk. */
    public enum Kind {
        /** A process, whose memory is streamed. */
        LIVE,
        /** A volume that holds its memory. */
        SUSPENDED,
        /** Nothing. */
        COLD;

        /** Of a VM whose user wants {@code desired}. */
        public static Kind of(VmRecord.Desired desired) {
            return switch (desired) {
                case RUNNING, PAUSED -> LIVE;
                case SUSPENDED, ASLEEP -> SUSPENDED;
                case STOPPED -> COLD;
            };
        }
    }

    public enum PostCopy {
        NEVER,
        /** Where pre-copy does not get on. */
        IF_NEEDED
    }

    public enum Compression {
        /** Where the link is the bottleneck; {@link StreamChoice} says when. */
        AUTO,
        NEVER,
        /** Not with a post-copy. */
        ALWAYS
    }

    public MoveManner with(PostCopy other) {
        return new MoveManner(kind, other, compression, downtimeLimitMillis, mostDowntimeMillis);
    }

    public MoveManner with(Compression other) {
        return new MoveManner(kind, postCopy, other, downtimeLimitMillis, mostDowntimeMillis);
    }

    public MoveManner of(Kind other) {
        return new MoveManner(other, postCopy, compression, downtimeLimitMillis, mostDowntimeMillis);
    }
}
