package io.supercloud.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
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
    private static final int GREETING_BYTES = 18;
    private static final int EXPORT_REPLY_BYTES = 10;
    private static final int SIMPLE_REPLY_BYTES = 16;

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
        try (SocketChannel good = transmission()) {
            SplittableRandom random = new SplittableRandom(21);
            for (int i = 0; i < FUZZ_CLIENTS; i++) {
                try (SocketChannel bad = random.nextBoolean() ? transmission() : connect()) {
                    byte[] noise = new byte[random.nextInt(8, 400)];
                    random.nextBytes(noise);
                    if (random.nextBoolean()) {
                        ByteBuffer.wrap(noise)
                                .putInt(0x25609513)
                                .putShort((short) 0)
                                .putShort((short) random.nextInt(2, 9));
                    }
                    bad.write(ByteBuffer.wrap(noise));
                } catch (IOException disconnected) {
                    assertThat(good.isOpen()).isTrue();
                }
            }
            assertThat(readFirstByte(good)).isEqualTo(Rig.read(volume, 0, 1)[0]);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> export.connections() == 0);
    }

    @Test
    void anOversizedWriteIsDisconnected() throws IOException {
        try (SocketChannel client = transmission()) {
            client.write(request(1, 0, 33 * 1024 * 1024));
            assertThat(client.read(ByteBuffer.allocate(1))).isEqualTo(-1);
        }
    }

    @Test
    void aClientThatNeverReadsItsRepliesIsHeldBackAndHoldsNobodyBack() throws IOException {
        try (SocketChannel greedy = transmission();
                SocketChannel good = transmission()) {
            greedy.configureBlocking(false);
            int accepted = 0;
            for (int i = 0; i < 20_000 && greedy.write(request(0, 0, 1024 * 1024)) > 0; i++) {
                accepted++;
            }
            assertThat(accepted).isPositive();
            assertThat(readFirstByte(good)).isEqualTo(Rig.read(volume, 0, 1)[0]);
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> export.connections() == 0);
    }

    @Test
    void aRequestBeyondTheEndFailsAndTheConnectionGoesOn() throws IOException {
        try (SocketChannel client = transmission()) {
            client.write(request(0, Long.MAX_VALUE - 10, 512));
            ByteBuffer reply = receive(client, SIMPLE_REPLY_BYTES);
            assertThat(reply.getInt(4)).isEqualTo(22);
            assertThat(readFirstByte(client)).isEqualTo(Rig.read(volume, 0, 1)[0]);
        }
    }

    private SocketChannel connect() throws IOException {
        SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
        client.connect(UnixDomainSocketAddress.of(export.socket()));
        receive(client, GREETING_BYTES);
        return client;
    }

    /** A connection that is past negotiation, with simple replies. */
    private SocketChannel transmission() throws IOException {
        SocketChannel client = connect();
        client.write(ByteBuffer.allocate(20)
                .putInt(3)
                .putLong(0x49484156454F5054L)
                .putInt(1)
                .putInt(0)
                .flip());
        receive(client, EXPORT_REPLY_BYTES);
        return client;
    }

    private static ByteBuffer request(int type, long offset, int length) {
        return ByteBuffer.allocate(28)
                .putInt(0x25609513)
                .putShort((short) 0)
                .putShort((short) type)
                .putLong(9)
                .putLong(offset)
                .putInt(length)
                .flip();
    }

    private static byte readFirstByte(SocketChannel client) throws IOException {
        client.write(request(0, 0, 1));
        ByteBuffer reply = receive(client, SIMPLE_REPLY_BYTES + 1);
        assertThat(reply.getInt(4)).isZero();
        return reply.get(SIMPLE_REPLY_BYTES);
    }

    private static ByteBuffer receive(SocketChannel client, int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (client.read(buffer) < 0) {
                throw new IOException("disconnected");
            }
        }
        return buffer.flip();
    }
}
