package io.supercloud.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import io.supercloud.cluster.internal.security.Keys;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RpcTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path directory;

    private Deployment deployment;
    private RpcServer server;
    private RpcClient client;
    private volatile RpcHandler handler = (request, caller) -> request;

    enum Phase {
        WARM,
        SWITCHED
    }

    sealed interface Command {}

    private record Start(String vm, int count, long bytes, boolean fast, double share, Phase phase)
            implements Command {}

    private record Batch(List<Command> commands, Map<String, Instant> times, Optional<Start> last, byte[] payload)
            implements Command {}

    record Unregistered(String text) {}

    private static MessageTypes types() {
        return new MessageTypes()
                .register(16, Start.class)
                .register(17, Batch.class)
                .register(18, Phase.class);
    }

    @BeforeEach
    void start() {
        deployment = Deployment.create(directory);
        server = RpcServer.start(
                Deployment.anyPort(),
                deployment.identity(Role.AGENT, "host-1"),
                types(),
                (request, caller) -> handler.handle(request, caller));
        client = new RpcClient(deployment.identity(Role.MANAGER, "manager"), types());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    private <T> T echo(T value, Class<T> type) {
        return client.call(server.address(), value, type, LIMIT);
    }

    @Test
    void everyBuiltInTypeArrivesAsItWas() {
        assertThat(echo("", String.class)).isEmpty();
        assertThat(echo("a\u00e4\u2603\ud83d\ude00", String.class)).isEqualTo("a\u00e4\u2603\ud83d\ude00");
        assertThat(echo("x".repeat(1_000_000), String.class)).hasSize(1_000_000);
        assertThat(echo(-7, Integer.class)).isEqualTo(-7);
        assertThat(echo(Long.MIN_VALUE, Long.class)).isEqualTo(Long.MIN_VALUE);
        assertThat(echo(true, Boolean.class)).isTrue();
        assertThat(echo(1.5, Double.class)).isEqualTo(1.5);
        assertThat(echo(new byte[] {1, -1}, byte[].class)).containsExactly(1, -1);
        assertThat(echo(new long[] {1, -1, Long.MAX_VALUE}, long[].class)).containsExactly(1, -1, Long.MAX_VALUE);
        assertThat(echo(new byte[][] {{}, {1}, {2, 3}}, byte[][].class)).isDeepEqualTo(new byte[][] {{}, {1}, {2, 3}});
        assertThat(echo(Instant.parse("1969-12-31T23:59:59.999999999Z"), Instant.class))
                .isEqualTo("1969-12-31T23:59:59.999999999Z");
        assertThat(echo(Duration.ofNanos(-1), Duration.class)).isEqualTo(Duration.ofNanos(-1));
        assertThat(echo(Optional.of("x"), Optional.class)).contains("x");
        assertThat(echo(Optional.empty(), Optional.class)).isEmpty();
        assertThat(echo(List.of(), List.class)).isEmpty();
        assertThat(echo(Set.of("a", "b"), Set.class)).isEqualTo(Set.of("a", "b"));
        assertThat(echo(Map.of("a", 1, "b", List.of(2L)), Map.class)).isEqualTo(Map.of("a", 1, "b", List.of(2L)));
    }

    @Test
    void anyListOrMapArrivesAsAnImmutableOne() {
        Object list = client.call(server.address(), new ArrayList<>(List.of(1, 2)), List.class, LIMIT);
        assertThat(list).isEqualTo(List.of(1, 2)).isInstanceOf(List.of(1, 2).getClass());
        Object map = client.call(server.address(), new TreeMap<>(Map.of("k", "v")), Map.class, LIMIT);
        assertThat(map).isEqualTo(Map.of("k", "v"));
    }

    @Test
    void recordsEnumsAndSealedChildrenArriveAsTheyWere() {
        Start start = new Start("web-1", -1, 1L << 40, true, 0.25, Phase.SWITCHED);
        assertThat(echo(start, Start.class)).isEqualTo(start);
        Batch batch = new Batch(
                List.of(start, new Start(null, 0, 0, false, 0, null)),
                Map.of("now", Instant.EPOCH),
                Optional.of(start),
                new byte[100_000]);
        Batch back = echo(batch, Batch.class);
        assertThat(back.commands()).isEqualTo(batch.commands());
        assertThat(back.times()).isEqualTo(batch.times());
        assertThat(back.last()).isEqualTo(batch.last());
        assertThat(back.payload()).isEqualTo(batch.payload());
    }

    @Test
    void bothSidesKnowWhoTheOtherIs() {
        handler = (request, caller) -> caller.toString();
        assertThat(echo("who am I", String.class)).isEqualTo("manager manager");
        PeerIdentity expected = new PeerIdentity(Role.AGENT, "host-1");
        assertThat(client.call(server.address(), expected, "x", String.class, LIMIT))
                .isEqualTo("manager manager");
    }

    @Test
    void nothingIsSentToAHostThatIsNotTheExpectedOne() {
        AtomicInteger handled = new AtomicInteger();
        handler = (request, caller) -> handled.incrementAndGet();
        PeerIdentity expected = new PeerIdentity(Role.AGENT, "host-2");
        assertThatThrownBy(() -> client.call(server.address(), expected, "x", String.class, LIMIT))
                .isInstanceOf(RpcException.Unreachable.class)
                .hasMessageContaining("agent host-1 and not agent host-2");
        assertThat(handled).hasValue(0);
    }

    @Test
    void aHandlersExceptionArrivesWithKindAndMessage() {
        handler = (request, caller) -> {
            throw new ClusterException("the VM web-1 is not here");
        };
        RpcException.Refused refused = catchThrowableOfType(RpcException.Refused.class, () -> echo("x", String.class));
        assertThat(refused).hasMessage("the VM web-1 is not here");
        assertThat(refused.kind()).isEqualTo("ClusterException");
        handler = (request, caller) -> new Unregistered("x");
        assertThatThrownBy(() -> echo("x", String.class))
                .isInstanceOf(RpcException.Refused.class)
                .hasMessageContaining("Unregistered");
        handler = (request, caller) -> null;
        assertThat(echo("x", String.class)).isNull();
    }

    @Test
    void manyCallsAreInFlightOnOneConnection() throws Exception {
        CountDownLatch all = new CountDownLatch(50);
        handler = (request, caller) -> {
            all.countDown();
            all.await();
            return request;
        };
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> replies = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                int number = i;
                replies.add(callers.submit(() -> echo(number, Integer.class)));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(replies.get(i).get()).isEqualTo(i);
            }
        }
    }

    @Test
    void moreCallsThanTheBoundAreAllAnsweredInTheEnd() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        handler = (request, caller) -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            Thread.yield();
            underWay.decrementAndGet();
            return request;
        };
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Integer>> replies = new ArrayList<>();
            for (int i = 0; i < 2_000; i++) {
                int number = i;
                replies.add(callers.submit(() -> echo(number, Integer.class)));
            }
            for (int i = 0; i < 2_000; i++) {
                assertThat(replies.get(i).get()).isEqualTo(i);
            }
        }
        assertThat(most.get()).isLessThanOrEqualTo(64);
    }

    @Test
    void aCallEndsAtItsTimeLimitAndTheNextOneWorks() {
        CountDownLatch never = new CountDownLatch(1);
        handler = (request, caller) -> {
            if (request.equals("slow")) {
                never.await();
            }
            return request;
        };
        assertThat(echo("connected", String.class)).isEqualTo("connected");
        long beganNanos = System.nanoTime();
        assertThatThrownBy(() -> client.call(server.address(), "slow", String.class, Duration.ofMillis(200)))
                .isInstanceOf(RpcException.TimedOut.class)
                .hasMessageContaining("within 200 ms");
        assertThat(Duration.ofNanos(System.nanoTime() - beganNanos)).isLessThan(Duration.ofSeconds(5));
        assertThat(echo("quick", String.class)).isEqualTo("quick");
        never.countDown();
    }

    @Test
    void nobodyThereIsUnreachable() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0)) {
            port = socket.getLocalPort();
        }
        InetSocketAddress nobody = new InetSocketAddress(Deployment.anyPort().getAddress(), port);
        RpcException.Unreachable unreachable = catchThrowableOfType(
                RpcException.Unreachable.class, () -> client.call(nobody, "x", String.class, LIMIT));
        assertThat(unreachable.maybeHandled()).isFalse();
    }

    @Test
    void afterARestartOfTheServerTheNextCallConnectsAnew() {
        InetSocketAddress address = server.address();
        assertThat(echo("before", String.class)).isEqualTo("before");
        server.close();
        server = RpcServer.start(
                address, deployment.identity(Role.AGENT, "host-1"), types(), (request, caller) -> "new server");
        await().atMost(LIMIT)
                .ignoreExceptionsInstanceOf(RpcException.class)
                .untilAsserted(() -> assertThat(client.call(address, "after", String.class, LIMIT))
                        .isEqualTo("new server"));
    }

    @Test
    void aCallWhoseServerDiesIsToldThatItMayHaveBeenHandled() throws Exception {
        CountDownLatch arrived = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        handler = (request, caller) -> {
            arrived.countDown();
            end.await();
            return request;
        };
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<RpcException.Unreachable> failure = callers.submit(
                    () -> catchThrowableOfType(RpcException.Unreachable.class, () -> echo("x", String.class)));
            arrived.await();
            server.close();
            assertThat(failure.get().maybeHandled()).isTrue();
        } finally {
            end.countDown();
        }
    }

    @Test
    void aWarmConnectionIsUsedByTheFirstCall() {
        client.warm(server.address());
        assertThat(echo("x", String.class)).isEqualTo("x");
        client.warm(new InetSocketAddress(Deployment.anyPort().getAddress(), 1));
    }

    @Test
    void aMessageThatIsTooLargeOrNotRegisteredIsNotSent() {
        assertThatThrownBy(() -> client.call(server.address(), new byte[4 * 1024 * 1024], byte[].class, LIMIT))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("larger than");
        assertThatThrownBy(() -> client.call(server.address(), new Unregistered("x"), String.class, LIMIT))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("Unregistered");
        assertThat(echo(new byte[4_000_000], byte[].class)).hasSize(4_000_000);
    }

    @Test
    void aTypeThatOnlyOneSideKnowsEndsTheConnection() {
        try (RpcClient newer =
                new RpcClient(deployment.identity(Role.MANAGER, "manager"), types().register(99, Unregistered.class))) {
            assertThatThrownBy(() -> newer.call(server.address(), new Unregistered("x"), String.class, LIMIT))
                    .isInstanceOf(RpcException.Unreachable.class);
            assertThat(newer.call(server.address(), "x", String.class, LIMIT)).isEqualTo("x");
        }
    }

    @Test
    void aForeignCertificateIsRefusedByBothSides(@TempDir Path foreignDirectory) {
        Deployment foreign = Deployment.create(foreignDirectory);
        AtomicInteger handled = new AtomicInteger();
        handler = (request, caller) -> handled.incrementAndGet();
        try (RpcClient stranger = new RpcClient(foreign.identity(Role.MANAGER, "manager"), types())) {
            assertThatThrownBy(() -> stranger.call(server.address(), "x", Integer.class, LIMIT))
                    .isInstanceOf(RpcException.Unreachable.class);
        }
        KeyPair pair = Keys.generate();
        X509Certificate issued = foreign.authority()
                .issue(pair.getPublic(), new PeerIdentity(Role.MANAGER, "manager"), Duration.ofDays(1), List.of());
        Identity trusting = new Identity(
                pair.getPrivate(),
                List.of(issued),
                List.of(deployment.authority().certificate()),
                null);
        try (RpcClient stranger = new RpcClient(trusting, types())) {
            assertThatThrownBy(() -> stranger.call(server.address(), "x", Integer.class, LIMIT))
                    .isInstanceOf(RpcException.Unreachable.class);
        }
        assertThat(handled).hasValue(0);
    }

    @Test
    void aCertificateOfAClientServesNobody() {
        try (RpcServer impostor = RpcServer.start(
                Deployment.anyPort(), deployment.identity(Role.CLIENT, "cli"), types(), (request, caller) -> request)) {
            assertThatThrownBy(() -> client.call(impostor.address(), "x", String.class, LIMIT))
                    .isInstanceOf(RpcException.Unreachable.class);
        }
    }
}
