package io.supercloud.journal;

import io.supercloud.image.ledger.Copies;
import io.supercloud.image.ledger.LedgerException;
import io.supercloud.image.ledger.LedgerReader;
import io.supercloud.image.ledger.LedgerWriter;
import io.supercloud.image.ledger.Ledgers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.bookkeeper.client.BookKeeper;
import org.apache.bookkeeper.client.api.BKException;
import org.apache.bookkeeper.client.api.DigestType;
import org.apache.bookkeeper.client.api.LedgerEntries;
import org.apache.bookkeeper.client.api.LedgerEntry;
import org.apache.bookkeeper.client.api.ReadHandle;
import org.apache.bookkeeper.client.api.WriteHandle;
import org.apache.bookkeeper.conf.ClientConfiguration;

/** Ledgers of BookKeeper. */
public final class BookKeeperLedgers implements Ledgers {
    private static final long LIMIT_SECONDS = 10;
    private static final int CONNECT_MILLIS = 1_000;
    private static final int ADD_SECONDS = 5;
    private static final int READ_SECONDS = 5;
    /** A host that does not answer a read for so long is not waited for: another one is asked as well. */
    private static final int SPECULATIVE_MILLIS = 100;

    private static final int FRAME_BYTES = MAX_ENTRY_BYTES + (64 << 10);
    private static final int THREADS = 2;
    /** Who may connect is decided by certificates. */
    private static final byte[] NO_PASSWORD = {};

    private final BookKeeper client;

    private BookKeeperLedgers(BookKeeper client) {
        this.client = client;
    }

    /** Connects; throws where ZooKeeper can not be reached, or no bookie was ever started. */
    public static BookKeeperLedgers connect(LedgerService service) throws IOException {
        ClientConfiguration settings = new ClientConfiguration();
        service.applyTo(settings);
        settings.setNettyMaxFrameSizeBytes(FRAME_BYTES);
        settings.setClientConnectTimeoutMillis(CONNECT_MILLIS);
        settings.setAddEntryTimeout(ADD_SECONDS);
        settings.setReadEntryTimeout(READ_SECONDS);
        settings.setFirstSpeculativeReadTimeout(SPECULATIVE_MILLIS);
        settings.setFirstSpeculativeReadLACTimeout(SPECULATIVE_MILLIS);
        settings.setDelayEnsembleChange(true);
        settings.setNumWorkerThreads(THREADS);
        settings.setNumIOThreads(THREADS);
        try {
            return new BookKeeperLedgers(BookKeeper.forConfig(settings).build());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the thread was interrupted while it connected to the ledgers", e);
        } catch (org.apache.bookkeeper.client.BKException e) {
            throw new IOException("the ledgers at %s can not be reached".formatted(service.uri()), e);
        }
    }

    @Override
    public LedgerWriter create(Copies copies) throws IOException {
        try {
            return new Writer(await(client.newCreateLedgerOp()
                    .withEnsembleSize(copies.ensemble())
                    .withWriteQuorumSize(copies.writeQuorum())
                    .withAckQuorumSize(copies.ackQuorum())
                    .withDigestType(DigestType.CRC32C)
                    .withPassword(NO_PASSWORD)
                    .execute()));
        } catch (BKException e) {
            if (e.getCode() == BKException.Code.NotEnoughBookiesException) {
                throw new LedgerException.TooFewHosts(copies);
            }
            throw failure("no ledger can be made", e);
        }
    }

    @Override
    public LedgerReader end(long ledger) throws IOException {
        try {
            return new Reader(await(client.newOpenLedgerOp()
                    .withLedgerId(ledger)
                    .withRecovery(true)
                    .withDigestType(DigestType.CRC32C)
                    .withPassword(NO_PASSWORD)
                    .execute()));
        } catch (BKException e) {
            if (isMissing(e)) {
                throw new LedgerException.Missing("there is no ledger %d".formatted(ledger));
            }
            throw failure("ledger %d can not be ended".formatted(ledger), e);
        }
    }

    @Override
    public void delete(long ledger) throws IOException {
        try {
            await(client.newDeleteLedgerOp().withLedgerId(ledger).execute());
        } catch (BKException e) {
            if (!isMissing(e)) {
                throw failure("ledger %d can not be deleted".formatted(ledger), e);
            }
        }
    }

    private static boolean isMissing(BKException e) {
        return e.getCode() == BKException.Code.NoSuchLedgerExistsException
                || e.getCode() == BKException.Code.NoSuchLedgerExistsOnMetadataServerException;
    }

    private static IOException failure(String what, BKException cause) {
        return new IOException("%s: %s".formatted(what, BKException.getMessage(cause.getCode())), cause);
    }

    private static <T> T await(CompletableFuture<T> answer) throws IOException, BKException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get(LIMIT_SECONDS, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (TimeoutException e) {
            throw new IOException("the hosts that keep ledgers do not answer within %d s".formatted(LIMIT_SECONDS), e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BKException known) {
                throw known;
            }
            throw new IOException("the ledgers failed: " + e.getCause().getMessage(), e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        try {
            client.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (org.apache.bookkeeper.client.BKException e) {
            throw new IllegalStateException("the client of the ledgers can not be closed", e);
        }
    }

    private record Writer(WriteHandle handle) implements LedgerWriter {
        @Override
        public long ledger() {
            return handle.getId();
        }

        @Override
        public CompletableFuture<Void> append(ByteBuffer entry) {
            return handle.appendAsync(entry)
                    .handle((number, problem) -> {
                        if (problem == null) {
                            return CompletableFuture.<Void>completedFuture(null);
                        }
                        return CompletableFuture.<Void>failedFuture(told(problem));
                    })
                    .thenCompose(each -> each);
        }

        private IOException told(Throwable problem) {
            Throwable cause = problem.getCause() == null ? problem : problem.getCause();
            BKException known = problem instanceof BKException direct
                    ? direct
                    : cause instanceof BKException wrapped ? wrapped : null;
            if (known == null) {
                return new IOException(
                        "ledger %d takes nothing: %s".formatted(ledger(), problem.getMessage()), problem);
            }
            return known.getCode() == BKException.Code.LedgerFencedException
                    ? new LedgerException.Fenced(ledger())
                    : failure("ledger %d takes nothing".formatted(ledger()), known);
        }

        @Override
        public void close() {
            CompletableFuture<Void> ignored = handle.closeAsync().exceptionally(endedLater -> null);
        }
    }

    private record Reader(ReadHandle handle) implements LedgerReader {
        @Override
        public long entries() {
            return handle.getLastAddConfirmed() + 1;
        }

        @Override
        public List<ByteBuffer> read(long first, long last) throws IOException {
            if (first < 0 || last < first || last >= entries()) {
                throw new LedgerException.Missing("ledger %d has %d entries, none from %d to %d"
                        .formatted(handle.getId(), entries(), first, last));
            }
            try (LedgerEntries entries = await(handle.readAsync(first, last))) {
                List<ByteBuffer> found = new ArrayList<>();
                for (LedgerEntry entry : entries) {
                    found.add(ByteBuffer.wrap(entry.getEntryBytes()));
                }
                return found;
            } catch (BKException e) {
                throw failure("ledger %d can not be read".formatted(handle.getId()), e);
            }
        }

        @Override
        public void close() {
            CompletableFuture<Void> ignored = handle.closeAsync().exceptionally(nothingToLose -> null);
        }
    }
}
