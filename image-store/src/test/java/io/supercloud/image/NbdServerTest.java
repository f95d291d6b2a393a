package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which requests wait for which. */
class NbdServerTest {
    private static final long SIZE = 16L * 1024 * 1024;
    private static final int READ = 0;
    private static final int DISCONNECT = 2;
    private static final int FLUSH = 3;
    private static final int WRITE_ZEROES = 6;
    private static final int NO_HOLE = 2;
    private static final int FAST_ZERO = 16;
    private static final int ENOTSUP = 95;

    @TempDir
    Path folder;

    private final InMemoryVolumePool pool = new InMemoryVolumePool().withImage(Rig.IMAGE, Rig.image());
    private final NbdServer server = new NbdServer();
    private final CountDownLatch flushing = new CountDownLatch(1);

    @AfterEach
    void close() {
        flushing.countDown();
        server.close();
        pool.close();
    }

    @Test
    void aReadDoesNotWaitForAFlushOfTheSameClient() throws IOException {
        Path socket = export();
        try (RawNbdClient client = RawNbdClient.transmission(socket)) {
            client.send(RawNbdClient.request(FLUSH, 1, 0, 0));
            client.send(RawNbdClient.request(READ, 2, 0, BLOCK));
            assertThat(client.receive(RawNbdClient.SIMPLE_REPLY_BYTES + BLOCK).getLong(8))
                    .isEqualTo(2);
            flushing.countDown();
            assertThat(client.receive(RawNbdClient.SIMPLE_REPLY_BYTES).getLong(8))
                    .isEqualTo(1);
        }
    }

    @Test
    void zeroesLeaveAHoleUnlessTheClientWantsNoneAndThenTheyAreNotQuick() throws IOException {
        Volume disk = pool.create("zeroes", Rig.IMAGE, SIZE, 1);
        Path socket = folder.resolve("zeroes.sock");
        server.export("zeroes", socket, disk);
        int length = 3 << 20;
        int start = 1000;
        Rig.write(disk, 0, Rig.bytes(2 * length, 1));
        try (RawNbdClient client = RawNbdClient.transmission(socket)) {
            client.send(RawNbdClient.request(NO_HOLE | FAST_ZERO, WRITE_ZEROES, 1, start, length));
            assertThat(client.receive(RawNbdClient.SIMPLE_REPLY_BYTES).getInt(4))
                    .isEqualTo(ENOTSUP);
            assertThat(Rig.read(disk, start, BLOCK)).isNotEqualTo(new byte[BLOCK]);
            client.send(RawNbdClient.request(NO_HOLE, WRITE_ZEROES, 2, start, length));
            assertThat(client.receive(RawNbdClient.SIMPLE_REPLY_BYTES).getInt(4))
                    .isZero();
            assertThat(Rig.read(disk, start, length)).isEqualTo(new byte[length]);
            assertThat(disk.extents(0, 2L * length, 9)).containsExactly(new Extent(2L * length, false));
            client.send(RawNbdClient.request(0, WRITE_ZEROES, 3, start, length));
            assertThat(client.receive(RawNbdClient.SIMPLE_REPLY_BYTES).getInt(4))
                    .isZero();
            assertThat(Rig.read(disk, start, length)).isEqualTo(new byte[length]);
            assertThat(disk.extents(BLOCK, BLOCK, 1)).containsExactly(new Extent(BLOCK, true));
        }
    }

    @Test
    void moreFlushesThanThereIsRoomForAreAllAnswered() throws IOException {
        int many = 300;
        Path socket = export();
        try (RawNbdClient client = RawNbdClient.transmission(socket)) {
            for (int i = 0; i < many; i++) {
                client.send(RawNbdClient.request(FLUSH, i, 0, 0));
            }
            flushing.countDown();
            assertThat(client.receive(many * RawNbdClient.SIMPLE_REPLY_BYTES).remaining())
                    .isEqualTo(many * RawNbdClient.SIMPLE_REPLY_BYTES);
        }
    }

    @Test
    void whatIsUnderWayIsAnsweredBeforeAClientThatSaysGoodbyeIsDisconnected() throws IOException {
        Path socket = export();
        try (RawNbdClient client = RawNbdClient.transmission(socket)) {
            client.send(RawNbdClient.request(FLUSH, 7, 0, 0));
            client.send(RawNbdClient.request(DISCONNECT, 8, 0, 0));
            flushing.countDown();
            assertThat(client.receive(RawNbdClient.SIMPLE_REPLY_BYTES).getLong(8))
                    .isEqualTo(7);
            assertThat(client.channel().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    /** A disk at which flushes take until the test lets them through. */
    private Path export() {
        Volume volume = pool.create("disk", Rig.IMAGE, SIZE, 1);
        Path socket = folder.resolve("nbd");
        server.export("disk", socket, new SlowFlush(volume, flushing));
        return socket;
    }

    private record SlowFlush(BlockDevice device, CountDownLatch let) implements BlockDevice {
        @Override
        public long sizeBytes() {
            return device.sizeBytes();
        }

        @Override
        public void read(long offset, ByteBuffer target) {
            device.read(offset, target);
        }

        @Override
        public void write(long offset, ByteBuffer source, boolean durable) {
            device.write(offset, source, durable);
        }

        @Override
        public void flush() {
            try {
                let.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void trim(long offset, long length, boolean durable) {
            device.trim(offset, length, durable);
        }

        @Override
        public void zero(long offset, long length, boolean durable) {
            device.zero(offset, length, durable);
        }

        @Override
        public void cache(long offset, long length) {
            device.cache(offset, length);
        }

        @Override
        public List<Extent> extents(long offset, long length, int most) {
            return device.extents(offset, length, most);
        }
    }
}
