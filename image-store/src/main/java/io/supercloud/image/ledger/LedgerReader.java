package io.supercloud.image.ledger;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** A ledger that has ended. Safe for use by many threads; methods block and throw as those of {@link Ledgers}. */
public interface LedgerReader extends AutoCloseable {
    /** How many entries there are. */
    long entries();

    /** The entries {@code first} to {@code last}, both included. */
    List<ByteBuffer> read(long first, long last) throws IOException;

    @Override
    void close();
}
