package io.supercloud.migration;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.Durability;

/**
 * What the loss of its host means to a VM.
 *
 * @param durability of its disk
 */
public record Protection(Durability durability, OnHostLoss onHostLoss) {
    /** The disk is on the VM's host alone. */
    public static final Protection NONE = new Protection(Durability.LOCAL, OnHostLoss.STAY);

    /** What to do with a VM whose host is lost. */
    public enum OnHostLoss {
        /** Boot it from its disk at another host. */
        RESTART,
        /** Leave it until its host is back. */
        STAY
    }

    public Protection {
        if (onHostLoss == OnHostLoss.RESTART && durability.equals(Durability.LOCAL)) {
            throw new InvalidValueException(
                    "a VM whose disk is on its host alone cannot be restarted elsewhere: let its durability be replicated");
        }
    }

    /** What it is without further words: a disk that is elsewhere too is there to be used. */
    public static Protection of(Durability durability) {
        return new Protection(durability, durability.equals(Durability.LOCAL) ? OnHostLoss.STAY : OnHostLoss.RESTART);
    }

    public boolean restarts() {
        return onHostLoss == OnHostLoss.RESTART;
    }
}
