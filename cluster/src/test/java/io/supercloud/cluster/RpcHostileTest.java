package io.supercloud.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.JdkSslContext;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a peer may send that holds a certificate and is hostile or broken. The server ends it and serves the others. */
@Timeout(60)
class RpcHostileTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int LIMIT_MILLIS = 20_000;
    private static final byte[] HELLO = {0, 0, 0, 7, 1, 'S', 'C', 'R', 'P', 0, 1};

    @TempDir
    private Path directory;

    private final AtomicInteger handled = new AtomicInteger();
    private Deployment deployment;
    private RpcServer server;

    @BeforeEach
    void start() {
        deployment = Deployment.create(directory);
        server = RpcServer.start(
                Deployment.anyPort(),
                deployment.identity(Role.AGENT, "host-1"),
                new MessageTypes(),
                (request, caller) -> {
                    handled.incrementAndGet();
                    return request instanceof Integer size ? new byte[size] : request;
                });
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Socket connect() throws IOException {
        JdkSslContext tls =
                (JdkSslContext) deployment.identity(Role.AGENT, "host-2").clientContext();
        InetSocketAddress to = server.address();
        Socket socket = tls.context().getSocketFactory().createSocket(to.getAddress(), to.getPort());
        socket.setSoTimeout(LIMIT_MILLIS);
        return socket;
    }

    /** Connects, greets and sends {@code bytes}; returns when the server has ended the connection. */
    private void sendAndAwaitEnd(byte[] bytes) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(HELLO);
            socket.getOutputStream().write(bytes);
            socket.getOutputStream().flush();
            awaitEnd(socket);
        }
    }

    private static void awaitEnd(Socket socket) throws IOException {
        try {
            while (socket.getInputStream().read() >= 0) {
                continue;
            }
        } catch (SSLException | SocketException e) {
            assertThat(e).hasMessageNotContaining("timed out");
        }
    }

    private void assertServes() {
        try (RpcClient client = new RpcClient(deployment.identity(Role.MANAGER, "manager"), new MessageTypes())) {
            assertThat(client.call(server.address(), "alive", String.class, LIMIT))
                    .isEqualTo("alive");
        }
    }

    private static byte[] frame(int kind, byte... body) {
        byte[] frame = new byte[body.length + 5];
        ByteBuffer.wrap(frame).putInt(body.length + 1).put((byte) kind).put(body);
        return frame;
    }

    private static byte[] request(int... object) {
        byte[] body = new byte[8 + object.length];
        for (int i = 0; i < object.length; i++) {
            body[8 + i] = (byte) object[i];
        }
        return frame(2, body);
    }

    @Test
    void aFrameBeyondTheBoundEndsTheConnectionBeforeItIsRead() throws IOException {
        sendAndAwaitEnd(new byte[] {0, 0x40, 0, 1, 2});
        sendAndAwaitEnd(new byte[] {0x7f, -1, -1, -1, 2});
        sendAndAwaitEnd(new byte[] {-1, -1, -1, -1, 2});
        assertServes();
    }

    @Test
    void framesThatNobodySendsEndTheConnection() throws IOException {
        sendAndAwaitEnd(new byte[] {0, 0, 0, 0});
        sendAndAwaitEnd(frame(0));
        sendAndAwaitEnd(frame(1, (byte) 'S', (byte) 'C', (byte) 'R', (byte) 'P', (byte) 0, (byte) 1));
        sendAndAwaitEnd(frame(2, (byte) 1));
        sendAndAwaitEnd(frame(3, new byte[9]));
        sendAndAwaitEnd(frame(5, new byte[9]));
        assertThat(handled).hasValue(0);
        assertServes();
    }

    @Test
    void objectsThatAreNoneEndTheConnection() throws IOException {
        sendAndAwaitEnd(request());
        sendAndAwaitEnd(request(1, 0, 'x'));
        sendAndAwaitEnd(request(200, 200, 200, 200, 15));
        sendAndAwaitEnd(request(3, 'a'));
        assertThat(handled).hasValue(0);
        assertServes();
    }

    /** Kryo ids are two more than the registered ones: 18 byte[], 19 byte[][], 20 long[], 21 list, 22 set, 23 map. */
    @ParameterizedTest
    @ValueSource(ints = {18, 19, 20, 21, 22, 23})
    void aLengthBeyondTheMessageTakesNoMemory(int type) throws IOException {
        sendAndAwaitEnd(request(type, 0xff, 0xff, 0xff, 0xff, 0x07));
        sendAndAwaitEnd(request(type, 0xff, 0xff, 0xff, 0xff, 0x0f));
        assertThat(handled).hasValue(0);
        assertServes();
    }

    @Test
    void listsInListsBeyondAnySenseEndTheConnection() throws IOException {
        int[] nested = new int[200_000];
        for (int i = 0; i < nested.length; i += 2) {
            nested[i] = 21;
            nested[i + 1] = 1;
        }
        sendAndAwaitEnd(request(nested));
        assertServes();
    }

    @Test
    void anotherVersionIsRefusedWithItsNumber() throws IOException {
        try (Socket socket = connect()) {
            byte[] hello = HELLO.clone();
            hello[10] = 9;
            socket.getOutputStream().write(hello);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            assertThat(in.readNBytes(HELLO.length))
                    .as("the server says its own version")
                    .isEqualTo(HELLO);
            awaitEnd(socket);
        }
        assertServes();
    }

    @Test
    void whoSpeaksNoTlsIsCutOff() throws IOException {
        try (Socket socket = new Socket(server.address().getAddress(), server.port())) {
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(US_ASCII));
            awaitEnd(socket);
        }
        assertServes();
    }

    @Test
    void whoDoesNotGreetIsCutOff() throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(HELLO, 0, 3);
            awaitEnd(socket);
        }
        assertServes();
    }

    @Test
    void aClientThatDoesNotReadHoldsUpItselfAlone() throws Exception {
        try (Socket socket = connect()) {
            DataOutputStream out = new DataOutputStream(socket.getOutputStream());
            out.write(HELLO);
            // Else the JDK's close waits for the sender, which waits for the server.
            socket.setSoLinger(true, 0);
            Thread sender = Thread.startVirtualThread(() -> sendUntilRefused(out));
            assertServes();
            assertThat(handled.get()).isLessThanOrEqualTo(64 + 8);
            assertServes();
            socket.close();
            sender.join();
        }
    }

    /** Asks for a megabyte each time: Kryo's int (id 2) as a zigzag varint. */
    private static void sendUntilRefused(DataOutputStream out) {
        try {
            for (int i = 0; i < 100_000; i++) {
                out.write(request(2, 0x80, 0x80, 0x80, 0x01));
            }
        } catch (IOException e) {
            assertThat(e).isNotNull();
        }
    }

    @Test
    void noGarbageStopsTheServer() throws IOException {
        long seed = 20_261_120;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 100; round++) {
            byte[] garbage = new byte[random.nextInt(1, 400)];
            random.nextBytes(garbage);
            try (Socket socket = connect()) {
                socket.getOutputStream().write(HELLO);
                socket.getOutputStream().write(garbage);
            }
        }
        assertServes();
    }
}
