package io.supercloud.migration;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.Durability;
import java.time.Duration;

/**
 * What the loss of its host means to a VM.
 *
 * @param durability of its disk
 * @param checkpointEvery how often its memory and its disk are kept together, to go on from; zero for never
 */
public record Protection(Durability durability, OnHostLoss onHostLoss, Duration checkpointEvery) {
    /** The disk is on the VM's host alone. */
    public static final Protection NONE = new Protection(Durability.LOCAL, OnHostLoss.STAY);
    /** Where the user names no time. */
    public static final Duration DEFAULT_CHECKPOINT_EVERY = Duration.ofMinutes(5);
    /** Each one stops the guest for a moment. */
    public static final Duration MIN_CHECKPOINT_EVERY = Duration.ofSeconds(10);

    /** What to do with a VM whose host is lost. */
    public enum OnHostLoss {
        /**
         * Boot it from its disk at another host: nothing that was acknowledged as durable is lost, what was in memory is. Of an archived disk what
         * was not in the object store is lost too.
         */
        RESTART,
        /** Let it go on from its last checkpoint at another host: what it did since is lost, also what it wrote to its disk. */
        RESUME,
        /** Leave it until its host is back. */
        STAY
    }

    public Protection {
        if (onHostLoss != OnHostLoss.STAY && durability.equals(Durability.LOCAL)) {
            throw new InvalidValueException(
                    "a VM whose disk is on its host alone cannot be restarted elsewhere: let its durability be replicated, or archived");
        }
        if (onHostLoss == OnHostLoss.RESUME && durability.equals(Durability.ARCHIVED)) {
            throw new InvalidValueException(
                    "a VM whose disk is archived cannot go on from a checkpoint, as its archive is behind: let its durability be replicated");
        }
        if (onHostLoss == OnHostLoss.RESUME
                ? checkpointEvery.compareTo(MIN_CHECKPOINT_EVERY) < 0
                : !checkpointEvery.isZero()) {
            throw new InvalidValueException(
                    "a VM has checkpoints, at least %d s apart, where 'onHostLoss' is 'resume', and nowhere else"
                            .formatted(MIN_CHECKPOINT_EVERY.toSeconds()));
        }
    }

    /** One that has checkpoints as often as they are taken by default, where it needs any. */
    public Protection(Durability durability, OnHostLoss onHostLoss) {
        this(durability, onHostLoss, onHostLoss == OnHostLoss.RESUME ? DEFAULT_CHECKPOINT_EVERY : Duration.ZERO);
    }

    /**
     * What it is without further words: a disk that is elsewhere too is there to be used, where that loses nothing that was acknowledged as
     * durable.
     */
    public static Protection of(Durability durability) {
        return new Protection(
                durability, durability instanceof Durability.Replicated ? OnHostLoss.RESTART : OnHostLoss.STAY);
    }

    /** Whether it is to run elsewhere when its host is lost. */
    public boolean restarts() {
        return onHostLoss != OnHostLoss.STAY;
    }

    /** Whether it is to go on from a checkpoint then. */
    public boolean resumes() {
        return onHostLoss == OnHostLoss.RESUME;
    }
}
