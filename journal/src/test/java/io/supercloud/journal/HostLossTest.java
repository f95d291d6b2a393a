package io.supercloud.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.image.BlockIoException;
import io.supercloud.image.Durability;
import io.supercloud.image.ImageStore;
import io.supercloud.image.LocalVolumePool;
import io.supercloud.image.PoolLimits;
import io.supercloud.image.Replication;
import io.supercloud.image.Volume;
import io.supercloud.image.ledger.Copies;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Volumes whose journals are kept by three real bookies: one of them, or the owner, or both are lost. */
@Timeout(60)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostLossTest {
    private static final long SIZE = 64L << 20;
    private static final int BLOCKS = (int) (SIZE / Volume.BLOCK_BYTES);
    private static final Duration MOST_TO_OPEN = Duration.ofSeconds(2);
    private static final int WRITES_AROUND_A_LOSS = 100;
    private static final long LIMIT_SECONDS = 20;

    @TempDir
    static Path folder;

    private final InMemoryRegistry registry = new InMemoryRegistry();
    private LedgerCluster cluster;
    private int pools;
    private LocalVolumePool here;
    private LocalVolumePool there;

    @BeforeAll
    void start() throws Exception {
        cluster = LedgerCluster.start(folder, 3);
    }

    @AfterAll
    void stop() {
        cluster.close();
    }

    @BeforeEach
    void open() throws IOException {
        here = pool("here");
        there = pool("there");
    }

    private LocalVolumePool pool(String host) throws IOException {
        Path directory = folder.resolve(host + ++pools);
        return new LocalVolumePool(
                directory,
                new ImageStore(directory.resolve("images")),
                PoolLimits.DEFAULT,
                new Replication(registry, BookKeeperLedgers.connect(cluster.service()), new HostId(host)));
    }

    @AfterEach
    void close() throws IOException {
        here.close();
        there.discard("disk");
        there.close();
    }

    private Volume create() {
        return here.create("disk", ImageStore.BLANK, SIZE, 1, new Durability.Replicated(Copies.DEFAULT));
    }

    private static byte[] content(long number) {
        byte[] block = new byte[Volume.BLOCK_BYTES];
        new SplittableRandom(number).nextBytes(block);
        ByteBuffer.wrap(block).putLong(number);
        return block;
    }

    private static void write(Volume volume, long number, boolean durable) {
        volume.write(number % BLOCKS * Volume.BLOCK_BYTES, ByteBuffer.wrap(content(number)), durable);
    }

    private static void requireAll(Volume volume, long first, long last) {
        for (long number = first; number <= last; number++) {
            byte[] found = new byte[Volume.BLOCK_BYTES];
            volume.read(number % BLOCKS * Volume.BLOCK_BYTES, ByteBuffer.wrap(found));
            assertThat(found).as("write %d", number).isEqualTo(content(number));
        }
    }

    /** Writes on until it is told to stop, each write durable before the next. */
    private static final class Load {
        private final Volume volume;
        private final AtomicLong acknowledged = new AtomicLong();
        private volatile boolean over;

        private Load(Volume volume) {
            this.volume = volume;
        }

        private void run() {
            while (!over) {
                write(volume, acknowledged.get() + 1, true);
                acknowledged.incrementAndGet();
            }
        }

        private void awaitMore(CompletableFuture<Void> running) {
            long wanted = acknowledged.get() + WRITES_AROUND_A_LOSS;
            Awaitility.await()
                    .atMost(LIMIT_SECONDS, TimeUnit.SECONDS)
                    .pollInterval(5, TimeUnit.MILLISECONDS)
                    .until(() -> acknowledged.get() >= wanted || running.isDone());
        }
    }

    @Test
    void aBookieThatIsLostUnderLoadIsNotNoticedByTheGuest() throws IOException {
        Load load = new Load(create());
        CompletableFuture<Void> running = CompletableFuture.runAsync(load::run);
        load.awaitMore(running);
        cluster.stop(1);
        load.awaitMore(running);
        load.over = true;
        running.join();
        Volume found = there.recover("disk", 2).orElseThrow();
        requireAll(found, 1, load.acknowledged.get());
        cluster.startAgain(1);
    }

    @Test
    void anotherHostOpensInTwoSecondsWithEveryAcknowledgedWriteThoughTheOwnersBookieIsLostToo() throws IOException {
        Volume lost = create();
        for (long number = 1; number <= 3_000; number++) {
            write(lost, number, number % 100 == 0);
        }
        cluster.stop(0);
        long begin = System.nanoTime();
        Volume found = there.recover("disk", 2).orElseThrow();
        requireAll(found, 3_000, 3_000);
        Duration took = Duration.ofNanos(System.nanoTime() - begin);
        System.out.printf("opened after the loss of the host and its bookie in %d ms%n", took.toMillis());
        assertThat(took).isLessThan(MOST_TO_OPEN);
        requireAll(found, 1, 3_000);
        write(found, 5, true);
        cluster.startAgain(0);
    }

    @Test
    void aPausedOwnerThatGoesOnIsRefused() throws Exception {
        Volume paused = create();
        write(paused, 1, true);
        CountDownLatch resume = new CountDownLatch(1);
        CompletableFuture<Void> late = CompletableFuture.runAsync(() -> {
            try {
                assertThat(resume.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            write(paused, 2, true);
        });
        Volume found = there.recover("disk", 2).orElseThrow();
        resume.countDown();
        assertThatThrownBy(() -> late.get(LIMIT_SECONDS, TimeUnit.SECONDS)).hasCauseInstanceOf(BlockIoException.class);
        write(found, 3, true);
        Volume again = there.recover("disk", 3).orElseThrow();
        byte[] second = new byte[Volume.BLOCK_BYTES];
        again.read(2L * Volume.BLOCK_BYTES, ByteBuffer.wrap(second));
        assertThat(second).isEqualTo(new byte[Volume.BLOCK_BYTES]);
        requireAll(again, 3, 3);
    }
}
