package io.supercloud.image.ledger;

import java.io.IOException;

/** What a caller of {@link Ledgers} tells from a failure that may pass. */
public abstract sealed class LedgerException extends IOException {
    private static final long serialVersionUID = 1L;

    private LedgerException(String message) {
        super(message);
    }

    /** Somebody else has ended the ledger: this writer is the owner no more. */
    public static final class Fenced extends LedgerException {
        private static final long serialVersionUID = 1L;

        public Fenced(long ledger) {
            super("ledger %d was ended by a later owner: nothing more can be written to it".formatted(ledger));
        }
    }

    /** There is no such ledger, or no such entry in it. */
    public static final class Missing extends LedgerException {
        private static final long serialVersionUID = 1L;

        public Missing(String what) {
            super(what);
        }
    }

    /** Not enough hosts are there. */
    public static final class TooFewHosts extends LedgerException {
        private static final long serialVersionUID = 1L;

        public TooFewHosts(Copies copies) {
            super("fewer than %d hosts keep ledgers now: start agents, or ask for fewer copies"
                    .formatted(copies.ackQuorum()));
        }
    }
}
