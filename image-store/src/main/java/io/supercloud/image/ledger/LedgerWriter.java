package io.supercloud.image.ledger;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;

/** The one writer of a ledger. Safe for use by many threads. */
public interface LedgerWriter extends AutoCloseable {
    long ledger();

    /**
     * Appends an entry and returns at once. The future completes when the entry and all before it are durable, on a thread
     * that must not be made to wait, with {@link LedgerException.Fenced} where somebody has ended the ledger, and with
     * another {@link java.io.IOException} where it can not be made durable. After a failure all later appends fail.
     *
     * @param entry at most {@link Ledgers#MAX_ENTRY_BYTES}, not to be changed any more
     */
    CompletableFuture<Void> append(ByteBuffer entry);

    /** Ends the ledger where that is possible, and never throws; {@link Ledgers#end} does the same later. Idempotent. */
    @Override
    void close();
}
