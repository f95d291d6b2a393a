package io.supercloud.journal;

import io.supercloud.image.ledger.Ledgers;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.bookkeeper.common.component.LifecycleComponentStack;
import org.apache.bookkeeper.conf.ServerConfiguration;
import org.apache.bookkeeper.discover.RegistrationManager;
import org.apache.bookkeeper.meta.MetadataDrivers;
import org.apache.bookkeeper.server.EmbeddedServer;
import org.apache.bookkeeper.server.conf.BookieConfiguration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ledgers of this deployment on this host. An entry is acknowledged when it is on the disk; as many as come together are
 * forced together. It takes at most {@link #JOURNAL_MIB} beside the ledgers themselves, and gives the space of deleted ones back.
 */
public final class Bookie implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Bookie.class);

    static final long JOURNAL_MIB = 256;

    private static final int JOURNAL_GROWTH_MIB = 4;
    private static final int WRITE_BUFFER_KIB = 1024;
    private static final long ENTRY_LOG_BYTES = 128L << 20;
    private static final long MEMORY_TABLE_BYTES = 16L << 20;
    private static final int FRAME_BYTES = Ledgers.MAX_ENTRY_BYTES + (64 << 10);
    private static final int THREADS = 2;
    private static final long COLLECT_MILLIS = 60_000;
    private static final long MINOR_COMPACTION_SECONDS = 600;
    private static final long MAJOR_COMPACTION_SECONDS = 3_600;
    private static final long MIN_FREE_BYTES = 64L << 20;
    private static final int MAX_START_ATTEMPTS = 3;

    private final LifecycleComponentStack components;

    private Bookie(LifecycleComponentStack components) {
        this.components = components;
    }

    /**
     * Starts and returns when it keeps ledgers.
     *
     * @param directory where they are kept
     * @param address at which others reach this host
     * @throws IOException where it can not start, as where another process uses the directory, or the directory that this
     *     address had is lost: what it had promised to keep it can not answer for
     */
    public static Bookie start(LedgerService service, Path directory, InetSocketAddress address) throws IOException {
        ServerConfiguration settings = settings(service, directory, address);
        try {
            Files.createDirectories(directory);
            makeRoot(settings);
            LifecycleComponentStack components = EmbeddedServer.builder(new BookieConfiguration(settings))
                    .build()
                    .getLifecycleComponentStack();
            components.start();
            LOG.info("ledgers are kept in {} and served at {}", directory, address);
            return new Bookie(components);
        } catch (Exception e) {
            throw new IOException(
                    "this host can not keep ledgers in %s and serve them at %s: %s"
                            .formatted(directory, address, e.getMessage()),
                    e);
        }
    }

    private static ServerConfiguration settings(LedgerService service, Path directory, InetSocketAddress address) {
        ServerConfiguration settings = new ServerConfiguration();
        service.applyTo(settings);
        service.identity()
                .ifPresent(files -> settings.setBookieAuthProviderFactoryClass(CertifiedPeers.class.getName()));
        String journal = directory.resolve("journal").toString();
        String ledgers = directory.resolve("ledgers").toString();
        settings.setBookiePort(address.getPort())
                .setAdvertisedAddress(address.getAddress().getHostAddress())
                .setAllowLoopback(true)
                .setJournalDirsName(new String[] {journal})
                .setLedgerDirNames(new String[] {ledgers});
        settings.setMaxJournalSizeMB(JOURNAL_MIB / 2)
                .setMaxBackupJournals(0)
                .setJournalWriteBufferSizeKB(WRITE_BUFFER_KIB)
                .setJournalFlushWhenQueueEmpty(true)
                .setJournalRemovePagesFromCache(false)
                .setJournalMaxGroupWaitMSec(1)
                .setSkipListSizeLimit((int) MEMORY_TABLE_BYTES);
        settings.setProperty("journalPreAllocSizeMB", JOURNAL_GROWTH_MIB);
        settings.setEntryLogSizeLimit(ENTRY_LOG_BYTES);
        settings.setEntryLogFilePreAllocationEnabled(false);
        settings.setGcWaitTime(COLLECT_MILLIS);
        settings.setMinorCompactionInterval(MINOR_COMPACTION_SECONDS);
        settings.setMajorCompactionInterval(MAJOR_COMPACTION_SECONDS);
        settings.setMinUsableSizeForEntryLogCreation(MIN_FREE_BYTES);
        settings.setMinUsableSizeForIndexFileCreation(MIN_FREE_BYTES);
        settings.setNettyMaxFrameSizeBytes(FRAME_BYTES);
        settings.setServerNumIOThreads(THREADS);
        settings.setNumAddWorkerThreads(1);
        settings.setNumReadWorkerThreads(THREADS);
        settings.setNumHighPriorityWorkerThreads(1);
        settings.setNumLongPollWorkerThreads(1);
        settings.setNumJournalCallbackThreads(1);
        settings.setStatisticsEnabled(false);
        settings.setHttpServerEnabled(false);
        return settings;
    }

    /** Several hosts may begin at once: who comes second finds that it is there. */
    private static void makeRoot(ServerConfiguration settings) throws Exception {
        for (int attempt = 1; ; attempt++) {
            try {
                MetadataDrivers.runFunctionWithRegistrationManager(settings, Bookie::makeRoot);
                return;
            } catch (IllegalStateException e) {
                if (attempt == MAX_START_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static boolean makeRoot(RegistrationManager registration) {
        try {
            return registration.initNewCluster();
        } catch (Exception e) {
            throw new IllegalStateException("the list of ledgers can not be made: " + e.getMessage(), e);
        }
    }

    /** Stops serving; what is acknowledged stays on the disk. */
    @Override
    public void close() {
        components.stop();
        components.close();
    }
}
