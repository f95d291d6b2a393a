package io.supercloud.image;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.ledger.Copies;

/** What a write of a volume has outlived when it is acknowledged as durable: the policy of one image. */
public sealed interface Durability {
    Durability LOCAL = new Local();
    Durability ARCHIVED = new Archived();

    /** A loss of power of its host; not the loss of the host. */
    record Local() implements Durability {
        @Override
        public String toString() {
            return "local";
        }
    }

    /**
     * A loss of power of its host, as {@link Local}. All goes to the object store of its host's site some seconds later: the loss of the
     * host loses what was written last, and leaves the disk as it was at one instant before.
     */
    record Archived() implements Durability {
        @Override
        public String toString() {
            return "archived";
        }
    }

    /** The loss of its host, and of {@code copies.ackQuorum() - 1} others. */
    record Replicated(Copies copies) implements Durability {
        @Override
        public String toString() {
            return "replicated " + copies;
        }
    }

    /** Reads {@code local}, {@code archived}, {@code replicated} or {@code replicated 3/3/2}. */
    static Durability parse(String text) {
        if (text.equals("local")) {
            return LOCAL;
        }
        if (text.equals("archived")) {
            return ARCHIVED;
        }
        if (text.equals("replicated")) {
            return new Replicated(Copies.DEFAULT);
        }
        if (text.startsWith("replicated ")) {
            return new Replicated(Copies.parse(text.substring("replicated ".length())));
        }
        throw new InvalidValueException(
                "'%s' is no durability: give local, archived, replicated, or copies as in 'replicated 3/3/2'"
                        .formatted(text));
    }
}
