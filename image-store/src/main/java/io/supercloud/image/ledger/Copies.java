package io.supercloud.image.ledger;

import io.supercloud.core.InvalidValueException;

/**
 * How many hosts keep a ledger.
 *
 * @param ensemble over how many hosts the entries of a ledger are spread
 * @param writeQuorum how many of them get each entry
 * @param ackQuorum how many of these must have it on disk before it is acknowledged
 */
public record Copies(int ensemble, int writeQuorum, int ackQuorum) {
    public static final int MAX_ENSEMBLE = 15;

    /** Outlives the loss of any host, and goes on without it. */
    public static final Copies DEFAULT = new Copies(3, 3, 2);

    public Copies {
        if (ackQuorum < 1 || writeQuorum < ackQuorum || ensemble < writeQuorum || ensemble > MAX_ENSEMBLE) {
            throw new InvalidValueException(
                    "%d/%d/%d is no number of copies: give ensemble, write quorum and ack quorum, none above the one before, %d at most"
                            .formatted(ensemble, writeQuorum, ackQuorum, MAX_ENSEMBLE));
        }
    }

    /** As few hosts as can still acknowledge what these do. */
    public Copies fewest() {
        return new Copies(ackQuorum, ackQuorum, ackQuorum);
    }

    /** Reads {@code 3/3/2}. */
    public static Copies parse(String text) {
        if (!text.matches("[0-9]{1,2}/[0-9]{1,2}/[0-9]{1,2}")) {
            throw new InvalidValueException("'%s' is no number of copies such as 3/3/2".formatted(text));
        }
        String[] parts = text.split("/");
        return new Copies(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    @Override
    public String toString() {
        return ensemble + "/" + writeQuorum + "/" + ackQuorum;
    }
}
