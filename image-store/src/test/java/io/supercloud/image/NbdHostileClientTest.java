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

    @TempDir
    Path folder;

    private final InMemoryVolumePool pool = new InMemoryVolumePool().withImage(Rig.IMAGE, Rig.image());
    private final NbdServer server = new NbdServer();
    private Volume volume;
    private NbdExport export;

    @BeforeEach
    void open() {
        volume = pool.create("disk", Rig.IMAGE, 4L * 1024 * 1024, 1);
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
