package io.supercloud.app.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** The demo's measuring instruments, held against a service that errs on purpose. */
class ProbesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final long LINES = 20;

    @Test
    void aSilenceIsSeenAsAGapOfItsLength() throws IOException {
        List<GapProbe.Gap> gaps = new CopyOnWriteArrayList<>();
        try (DatagramChannel service = DatagramChannel.open()) {
            service.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            GapProbe probe = new GapProbe((InetSocketAddress) service.getLocalAddress());
            probe.start(gaps::add);
            echo(service, 200);
            probe.takeLongestMillis();
            long silentFrom = System.nanoTime();
            swallow(service, Duration.ofMillis(300));
            double silentMillis = (System.nanoTime() - silentFrom) / 1e6;
            echo(service, 200);
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(gaps)
                            .anySatisfy(
                                    gap -> assertThat(gap.millis()).isBetween(silentMillis - 20, silentMillis + 500)));
            assertThat(probe.report().sent()).isGreaterThan(probe.report().answered());
            assertThat(gaps).allSatisfy(gap -> assertThat(gap.from()).isBefore(gap.to()));
            assertThat(probe.takeLongestMillis()).isBetween(silentMillis - 20, silentMillis + 500);
            probe.close();
        }
    }

    @Test
    void answersAreAwaitedAndAClosedProbeSendsNoMore() throws IOException {
        try (DatagramChannel service = DatagramChannel.open()) {
            service.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            GapProbe probe = new GapProbe((InetSocketAddress) service.getLocalAddress());
            probe.start(gap -> {});
            assertThat(probe.awaitAnswers(1, Duration.ofMillis(50))).isFalse();
            CompletableFuture<Boolean> steady = CompletableFuture.supplyAsync(() -> probe.awaitAnswers(100, LIMIT));
            while (!steady.isDone()) {
                echo(service, 1);
            }
            assertThat(steady.join()).isTrue();
            probe.close();
            service.configureBlocking(false);
            ByteBuffer packet = ByteBuffer.allocate(64);
            await().atMost(LIMIT).until(() -> service.receive(packet.clear()) == null);
        }
    }

    private static void echo(DatagramChannel service, int packets) throws IOException {
        ByteBuffer packet = ByteBuffer.allocate(64);
        for (int i = 0; i < packets; i++) {
            SocketAddress from = service.receive(packet.clear());
            service.send(packet.flip(), from);
        }
    }

    private static void swallow(DatagramChannel service, Duration time) throws IOException {
        ByteBuffer packet = ByteBuffer.allocate(64);
        long end = System.nanoTime() + time.toNanos();
        while (System.nanoTime() < end) {
            service.receive(packet.clear());
        }
    }

    @Test
    void linesInOrderAreCountedAndNothingElse() throws IOException {
        OrderedStream.Report report = converse(line -> line);
        assertThat(report.linesReceived()).isEqualTo(LINES);
        assertThat(report.bytesOutOfOrder()).isZero();
    }

    @Test
    void aLineThatIsNotTheNextIsCountedAsOutOfOrder() throws IOException {
        String wrong = "7 00000000";
        OrderedStream.Report report = converse(line -> line.startsWith("7 ") ? wrong : line);
        assertThat(report.bytesOutOfOrder()).isEqualTo(wrong.length() + 1);
    }

    @Test
    void aConnectionThatEndsIsBroken() throws IOException {
        assertThat(converse(line -> line).brokenConnections()).isEqualTo(1);
    }

    @Test
    void aConnectionThatLivesIsNotBroken() throws IOException {
        try (ServerSocket server = listen()) {
            OrderedStream stream = new OrderedStream((InetSocketAddress) server.getLocalSocketAddress());
            stream.start();
            try (Socket service = server.accept()) {
                answer(service, line -> line);
                await().atMost(LIMIT).until(() -> stream.report().linesReceived() == LINES);
                assertThat(stream.report().brokenConnections()).isZero();
                assertThat(stream.report().linesSent()).isGreaterThanOrEqualTo(LINES);
            }
        }
    }

    /** A service that answers some lines, each as {@code changed} says, and hangs up. */
    private static OrderedStream.Report converse(UnaryOperator<String> changed) throws IOException {
        try (ServerSocket server = listen()) {
            OrderedStream stream = new OrderedStream((InetSocketAddress) server.getLocalSocketAddress());
            stream.start();
            try (Socket service = server.accept()) {
                answer(service, changed);
                await().atMost(LIMIT).until(() -> stream.report().linesReceived() == LINES);
            }
            await().atMost(LIMIT).until(() -> stream.report().brokenConnections() == 1);
            return stream.report();
        }
    }

    private static ServerSocket listen() throws IOException {
        return new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    private static void answer(Socket service, UnaryOperator<String> changed) throws IOException {
        BufferedReader reader =
                new BufferedReader(new InputStreamReader(service.getInputStream(), StandardCharsets.US_ASCII));
        assertThat(reader.readLine()).isEqualTo("STREAM");
        for (long i = 0; i < LINES; i++) {
            String number = reader.readLine();
            CRC32 crc = new CRC32();
            crc.update(number.getBytes(StandardCharsets.US_ASCII));
            String line = changed.apply("%s %08x".formatted(number, crc.getValue()));
            service.getOutputStream().write((line + "\n").getBytes(StandardCharsets.US_ASCII));
        }
    }
}
