package io.supercloud.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that break the protocol harm nobody but themselves. */
class NbdHostileClientTest {
    private static final int FUZZ_CLIENTS = 200;
    private static final int FRAMED_REQUESTS = 3_000;
    private static final int SIZE = 4 * 1024 * 1024;
    private static final int READ = 0;
    private static final int WRITE = 1;
    private static final int DISCONNECT = 2;
    private static final int FLUSH = 3;
    private static final int INVALID = 22;

    @TempDir
    Path folder;

    private final InMemoryVolumePool pool = new InMemoryVolumePool().withImage(Rig.IMAGE, Rig.image());
    private final NbdServer server = new NbdServer();
    private Volume volume;
    private NbdExport export;

    @BeforeEach
    void open() {
        volume = pool.create("disk", Rig.IMAGE, SIZE, 1);
        export = server.export("disk", folder.resolve("nbd"), volume);
    }

    @AfterEach
    void close() {
        export.close();
        server.close();
        pool.close();
    }

    @Test
    void randomBytesNeverHarmAnotherClient() throws IOException {
        try (RawNbdClient good = transmission()) {
            SplittableRandom random = new SplittableRandom(21);
            for (int i = 0; i < FUZZ_CLIENTS; i++) {
                try (RawNbdClient bad = random.nextBoolean() ? transmission() : RawNbdClient.connect(export.socket())) {
                    byte[] noise = new byte[random.nextInt(8, 400)];
                    random.nextBytes(noise);
                    if (random.nextBoolean()) {
                        ByteBuffer.wrap(noise)
                                .putInt(0x25609513)
                                .putShort((short) 0)
                                .putShort((short) random.nextInt(2, 9));
                    }
                    bad.send(ByteBuffer.wrap(noise));
                } catch (IOException disconnected) {
                    assertThat(good.channel().isOpen()).isTrue();
                }
            }
            assertThat(good.readFirstByte()).isEqualTo(Rig.read(volume, 0, 1)[0]);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> export.connections() == 0);
    }

    /** Any type, any flags, any place: simple replies of a known length, so that one too many or too few shows. */
    @Test
    void everyWellFramedRequestIsAnsweredOnceAndOnlyOnce() throws IOException {
        SplittableRandom random = new SplittableRandom(22);
        try (RawNbdClient client = transmission()) {
            for (int i = 0; i < FRAMED_REQUESTS; i++) {
                int type = random.nextInt(9);
                type = type == DISCONNECT ? FLUSH : type;
                int flags = random.nextBoolean() ? 0 : random.nextInt(64);
                int length = random.nextInt(3 * Rig.BLOCK);
                long offset = random.nextInt(4) == 0 ? random.nextLong() : random.nextInt(SIZE);
                ByteBuffer payload = ByteBuffer.allocate(type == WRITE ? length : 0);
                client.send(RawNbdClient.request(flags, type, i, offset, length));
                client.send(payload);
                ByteBuffer reply = client.receive(RawNbdClient.SIMPLE_REPLY_BYTES);
                assertThat(reply.getLong(8)).as("request %d", i).isEqualTo(i);
                if (type == READ && reply.getInt(4) == 0) {
                    client.receive(length);
                }
            }
            assertThat(client.readFirstByte()).isEqualTo(Rig.read(volume, 0, 1)[0]);
        }
    }

    @Test
    void aFlagThatTheCommandDoesNotHaveIsRefusedAndNothingIsWritten() throws IOException {
        byte before = Rig.read(volume, 0, 1)[0];
        try (RawNbdClient client = transmission()) {
            client.send(RawNbdClient.request(1 << 4, WRITE, 1, 0, Rig.BLOCK));
            client.send(ByteBuffer.allocate(Rig.BLOCK));
            assertThat(client.receive(RawNbdClient.SIMPLE_REPLY_BYTES).getInt(4))
                    .isEqualTo(INVALID);
            assertThat(client.readFirstByte()).isEqualTo(before);
        }
    }

    @Test
    void anOversizedWriteIsDisconnected() throws IOException {
        try (RawNbdClient client = transmission()) {
            client.send(RawNbdClient.request(1, 9, 0, 33 * 1024 * 1024));
            assertThat(client.channel().read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void aClientThatNeverReadsItsRepliesIsHeldBackAndHoldsNobodyBack() throws IOException {
        try (RawNbdClient greedy = transmission();
                RawNbdClient good = transmission()) {
            greedy.channel().configureBlocking(false);
            int accepted = 0;
            for (int i = 0; i < 20_000 && greedy.channel().write(RawNbdClient.request(0, 9, 0, 1024 * 1024)) > 0; i++) {
                accepted++;
            }
            assertThat(accepted).isPositive();
            assertThat(good.readFirstByte()).isEqualTo(Rig.read(volume, 0, 1)[0]);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> export.connections() == 0);
    }

    @Test
    void aRequestBeyondTheEndFailsAndTheConnectionGoesOn() throws IOException {
        try (RawNbdClient client = transmission()) {
            client.send(RawNbdClient.request(0, 9, Long.MAX_VALUE - 10, 512));
            ByteBuffer reply = client.receive(RawNbdClient.SIMPLE_REPLY_BYTES);
            assertThat(reply.getInt(4)).isEqualTo(22);
            assertThat(client.readFirstByte()).isEqualTo(Rig.read(volume, 0, 1)[0]);
        }
    }

    private RawNbdClient transmission() throws IOException {
        return RawNbdClient.transmission(export.socket());
    }
}
