package io.supercloud.image.ledger;

import java.io.IOException;

/**
 * Append-only lists of entries that are kept on several hosts, each written to by one writer. Every method blocks, for a
 * bounded time, and throws {@link IOException} where the hosts that it needs do not answer; what it was to change may then
 * have changed or not. Interruptions are kept for the caller.
 *
 * <p>An entry is durable when {@code ackQuorum} hosts have it on their disks: it then outlives the loss of {@code ackQuorum -
 * 1} of them. A ledger's entries are numbered from 0 without gaps, and acknowledged in that order.
 */
public interface Ledgers extends AutoCloseable {
    /** How large an entry may be. */
    int MAX_ENTRY_BYTES = 2 << 20;

    /**
     * Makes an empty ledger.
     *
     * @throws LedgerException.TooFewHosts where fewer hosts than {@code copies.ackQuorum()} are there to keep it
     */
    LedgerWriter create(Copies copies) throws IOException;

    /**
     * Ends a ledger for its writer, wherever that is, and opens it for reading: when this returns no append that was not
     * acknowledged before can be any more, and all that were acknowledged are there to be read. Entries that nobody
     * acknowledged may be there as well.
     *
     * @throws LedgerException.Missing where there is no such ledger
     */
    LedgerReader end(long ledger) throws IOException;

    /** Deletes a ledger; nothing happens where there is none. */
    void delete(long ledger) throws IOException;

    @Override
    void close();
}
