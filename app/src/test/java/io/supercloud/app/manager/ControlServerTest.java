package io.supercloud.app.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import io.supercloud.app.Samples;
import io.supercloud.app.cli.ControlClient;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SupercloudException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ControlServerTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int SAMPLES = 20;
    private static final long SEED = 12;

    @TempDir
    private Path directory;

    private Path socket;
    private ControlServer server;
    private volatile ControlServer.Handler handler = (request, reply) -> request;

    @BeforeEach
    void start() throws IOException {
        socket = directory.resolve("control.sock");
        server = new ControlServer(socket, (request, reply) -> handler.handle(request, reply));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
    }

    @Test
    void everyVerbHasANameOfItsOwn() {
        List<JsonSubTypes.Type> named = Arrays.asList(
                ControlRequest.class.getAnnotation(JsonSubTypes.class).value());
        assertThat(named.stream().<Class<?>>map(JsonSubTypes.Type::value).toList())
                .containsExactlyInAnyOrderElementsOf(Samples.implementations(ControlRequest.class));
        assertThat(named.stream().map(JsonSubTypes.Type::name).toList()).doesNotHaveDuplicates();
    }

    @Test
    void everyRequestSurvivesTheSocket() {
        AtomicReference<ControlRequest> received = new AtomicReference<>();
        handler = (request, reply) -> {
            received.set(request);
            return "done";
        };
        SplittableRandom random = new SplittableRandom(SEED);
        for (Class<?> type : Samples.implementations(ControlRequest.class)) {
            for (int i = 0; i < SAMPLES; i++) {
                ControlRequest sent = (ControlRequest) Samples.of(type, random);
                new ControlClient(socket).ask(sent, String.class, line -> {});
                assertThat(received.get()).as("seed %d", SEED).isEqualTo(sent);
            }
        }
    }

    @Test
    void onlyTheUserMayConnect() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .isEqualTo("rw-------");
    }

    @Test
    void progressAndEventsComeBeforeTheAnswer() {
        handler = (request, reply) -> {
            reply.progress("half");
            reply.event(1);
            return "done";
        };
        List<String> lines = new ArrayList<>();
        new ControlClient(socket).stream(new ControlRequest.Status(), lines::add, event -> lines.add(event.toString()));
        assertThat(lines).containsExactly("half", "1");
    }

    @Test
    void aRefusalReachesTheUserInItsOwnWords() {
        handler = (request, reply) -> {
            throw new InvalidValueException("there is no VM web");
        };
        assertThatThrownBy(() -> new ControlClient(socket).ask(new ControlRequest.Status(), String.class, line -> {}))
                .isInstanceOf(SupercloudException.class)
                .hasMessage("there is no VM web");
    }

    @Test
    void aFaultOfTheManagerIsAnsweredAndTheServerGoesOn() throws IOException {
        handler = (request, reply) -> {
            throw new IllegalStateException("broken");
        };
        assertThat(exchange("{\"verb\":\"status\"}\n"))
                .contains("a fault of its own")
                .contains("broken");
        assertServes();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\n",
                "garbage\n",
                "{}\n",
                "null\n",
                "[]\n",
                "{\"verb\":\"destroy-everything\"}\n",
                "{\"verb\":\"status\",\"extra\":1}\n",
                "{\"verb\":\"stop-vm\",\"vm\":\"../../etc\",\"force\":false}\n",
                "{\"verb\":\"stop-vm\",\"vm\":{\"a\":[]},\"force\":false}\n",
                "{\"verb\":\"run-vm\",\"vm\":\"web\",\"memoryMiB\":1e99}\n",
                "{\"verb\":\"stat"
            })
    void whatIsNoRequestIsAnsweredWithAnError(String text) throws IOException {
        assertThat(exchange(text)).startsWith("{\"error\":").endsWith("}\n");
        assertServes();
    }

    @Test
    void aRequestTooLargeIsCutOff() throws IOException {
        assertThat(exchange("x".repeat(ControlServer.MAX_REQUEST_CHARACTERS + 1)))
                .isEmpty();
        assertServes();
    }

    @Test
    void bytesThatAreNoTextAreCutOff() throws IOException {
        try (SocketChannel channel = connect()) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) 0xff, (byte) 0xfe, 0, '\n'}));
            assertThat(answer(channel)).isEmpty();
        }
        assertServes();
    }

    @Test
    void clientsThatGoAwayHalfwayLeaveNoConnectionTaken() throws IOException {
        for (int i = 0; i < 2 * ControlServer.MAX_CONNECTIONS; i++) {
            try (SocketChannel channel = connect()) {
                channel.write(ByteBuffer.wrap("{\"verb\":\"sta".getBytes(StandardCharsets.UTF_8)));
            }
        }
        assertServes();
    }

    @Test
    void whoTakesEventsAndGoesAwayEndsTheWork() throws IOException, InterruptedException {
        CountDownLatch ended = new CountDownLatch(1);
        handler = (request, reply) -> {
            try {
                while (true) {
                    reply.event("x".repeat(1000));
                }
            } finally {
                ended.countDown();
            }
        };
        try (SocketChannel channel = connect()) {
            channel.write(ByteBuffer.wrap("{\"verb\":\"status\"}\n".getBytes(StandardCharsets.UTF_8)));
            channel.read(ByteBuffer.allocate(100));
        }
        assertThat(ended.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertServes();
    }

    private SocketChannel connect() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket));
    }

    /** What the server says to {@code text}, until it closes the connection. */
    private String exchange(String text) throws IOException {
        try (SocketChannel channel = connect()) {
            ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.shutdownOutput();
            return answer(channel);
        }
    }

    private static String answer(SocketChannel channel) throws IOException {
        StringBuilder text = new StringBuilder();
        ByteBuffer buffer = ByteBuffer.allocate(64 << 10);
        while (channel.read(buffer.clear()) >= 0) {
            text.append(StandardCharsets.UTF_8.decode(buffer.flip()));
        }
        return text.toString();
    }

    private void assertServes() {
        handler = (request, reply) -> "still here";
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(
                                new ControlClient(socket).ask(new ControlRequest.Status(), String.class, line -> {}))
                        .isEqualTo("still here"));
    }
}
