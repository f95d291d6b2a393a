package io.supercloud.cluster;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import io.supercloud.cluster.internal.security.Keys;
import io.supercloud.core.Event;
import io.supercloud.core.Events;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real registry whose network and server fail. {@code near} reaches it always, {@code far} through the network. */
@Timeout(120)
class ZooKeeperFaultsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(2);
    /** No break of a test lasts so long, however slow the machine. */
    private static final Duration LONG_SESSION_TIMEOUT = Duration.ofSeconds(60);

    @TempDir
    private static Path directory;

    private static TestRegistry server;

    private final String deployment = TestRegistry.freshDeployment();
    private TcpProxy network;
    private ZooKeeperRegistry near;
    private ZooKeeperRegistry far;

    @BeforeAll
    static void startServer() {
        server = TestRegistry.start(directory);
    }

    @AfterAll
    static void stopServer() {
        server.close();
    }

    @BeforeEach
    void connect() {
        network = new TcpProxy(server.address());
        near = server.connect(deployment);
        far = server.connectTo(network.address(), deployment, SESSION_TIMEOUT);
    }

    @AfterEach
    void disconnect() {
        network.heal();
        far.close();
        near.close();
        network.close();
    }

    private void keepSessionOverBreaks() {
        far.close();
        far = server.connectTo(network.address(), deployment, LONG_SESSION_TIMEOUT);
    }

    @Test
    void aLeaseVanishesWhenItsClientIsCutOffAndCanBeMadeAgainAfterwards() {
        List<Boolean> told = new CopyOnWriteArrayList<>();
        Registry.Entry lease = far.createLease("/hosts/far", text("1"));
        try (Registry.Subscription subscription = far.watchConnection(told::add)) {
            await().atMost(LIMIT).until(() -> told.contains(true));
            network.cut();
            await().atMost(LIMIT).until(() -> near.read("/hosts/far").isEmpty());
            await().atMost(LIMIT).until(() -> !told.getLast());
            assertThatThrownBy(() -> far.read("/hosts/far")).isInstanceOf(RegistryException.Unavailable.class);
            network.heal();
            await().atMost(LIMIT).until(told::getLast);
            assertThatThrownBy(() -> far.replace(lease, text("2"))).isInstanceOf(RegistryException.Changed.class);
            Registry.Entry again = far.createLease("/hosts/far", text("1"));
            assertThatThrownBy(() -> far.replace(lease, text("2"))).isInstanceOf(RegistryException.Changed.class);
            assertThatThrownBy(() -> far.delete(lease)).isInstanceOf(RegistryException.Changed.class);
            assertThat(far.replace(again, text("2")).version()).isGreaterThan(again.version());
        }
    }

    @Test
    void aLeaseOutlivesAShortBreak() {
        keepSessionOverBreaks();
        far.createLease("/hosts/far", text("1"));
        network.cut();
        network.heal();
        assertThat(far.read("/hosts/far")).isPresent();
        assertThat(near.read("/hosts/far")).isPresent();
    }

    @Test
    void aReplaceWhoseAnswerIsLostIsNotReportedAsSomebodyElsesChange() throws Exception {
        Registry.Entry entry = far.create("/vms/a", text("1"));
        try (ExecutorService caller = Executors.newVirtualThreadPerTaskExecutor()) {
            network.loseAnswers();
            Future<Throwable> outcome = caller.submit(() -> catchThrowable(() -> far.replace(entry, text("2"))));
            await().atMost(LIMIT)
                    .until(() -> near.read("/vms/a").orElseThrow().text().equals("2"));
            network.cut();
            network.heal();
            assertThat(outcome.get()).isInstanceOf(RegistryException.Unavailable.class);
        }
    }

    @Test
    void aLeaseWhoseAnswerIsLostIsRecognisedAsOwn() throws Exception {
        keepSessionOverBreaks();
        far.create("/hosts/other", text("1"));
        try (ExecutorService caller = Executors.newVirtualThreadPerTaskExecutor()) {
            network.loseAnswers();
            Future<Registry.Entry> lease = caller.submit(() -> far.createLease("/hosts/far", text("1")));
            await().atMost(LIMIT).until(() -> near.read("/hosts/far").isPresent());
            network.cut();
            network.heal();
            assertThat(lease.get().version())
                    .isEqualTo(near.read("/hosts/far").orElseThrow().version());
        }
    }

    @Test
    void anEventWhoseAnswerIsLostIsInTheStreamOnce() throws Exception {
        ZooKeeperEvents events = new ZooKeeperEvents(far);
        events.publish(event(1));
        List<Events.Numbered> seen = new CopyOnWriteArrayList<>();
        try (ExecutorService caller = Executors.newVirtualThreadPerTaskExecutor();
                Registry.Subscription subscription = new ZooKeeperEvents(near).follow(0, seen::add)) {
            network.loseAnswers();
            Future<?> published = caller.submit(() -> events.publish(event(2)));
            await().atMost(LIMIT).until(() -> seen.size() == 2);
            network.cut();
            network.heal();
            published.get();
            events.publish(event(3));
            await().atMost(LIMIT).until(() -> seen.size() == 3);
            assertThat(seen).extracting(n -> n.event().subject()).containsExactly("s1", "s2", "s3");
        }
    }

    @Test
    void aFollowerCatchesUpAfterABreakInOrderAndOnceEach() {
        ZooKeeperEvents events = new ZooKeeperEvents(near);
        List<Events.Numbered> seen = new CopyOnWriteArrayList<>();
        try (Registry.Subscription subscription = new ZooKeeperEvents(far).follow(0, seen::add)) {
            for (int i = 1; i <= 60; i++) {
                if (i % 20 == 0) {
                    network.cut();
                } else if (i % 20 == 10) {
                    network.heal();
                }
                events.publish(event(i));
            }
            network.heal();
            await().atMost(LIMIT).until(() -> seen.size() >= 60);
            assertThat(seen)
                    .extracting(Events.Numbered::number)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 60).boxed().toList());
        }
    }

    @Test
    void afterTheEndOfASessionAWatchTellsTheStateThen() {
        near.create("/vms/a", text("1"));
        List<Map<String, Registry.Entry>> told = new CopyOnWriteArrayList<>();
        far.createLease("/hosts/far", text("1"));
        try (Registry.Subscription subscription = far.watch("/vms", told::add)) {
            await().atMost(LIMIT).until(() -> !told.isEmpty());
            network.cut();
            near.create("/vms/b", text("2"));
            await().atMost(LIMIT).until(() -> near.read("/hosts/far").isEmpty());
            network.heal();
            await().atMost(LIMIT).until(() -> told.getLast().keySet().equals(Set.of("a", "b")));
            near.create("/vms/c", text("3"));
            await().atMost(LIMIT).until(() -> told.getLast().size() == 3);
        }
    }

    @Test
    void afterARestartOfTheServerClientsGoOnAndNothingIsLost() {
        Registry.Entry entry = near.create("/vms/a", text("1"));
        List<Map<String, Registry.Entry>> told = new CopyOnWriteArrayList<>();
        try (Registry.Subscription subscription = far.watch("/vms", told::add)) {
            await().atMost(LIMIT).until(() -> !told.isEmpty());
            server.stop();
            server.startAgain();
            await().atMost(LIMIT)
                    .ignoreExceptionsInstanceOf(RegistryException.Unavailable.class)
                    .until(() -> near.read("/vms/a").orElseThrow().version() == entry.version());
            near.replace(entry, text("2"));
            await().atMost(LIMIT).until(() -> told.getLast().get("a").text().equals("2"));
        }
    }

    @Test
    void aClientOfAnotherAuthorityIsRefused(@TempDir Path foreignDirectory) {
        CertificateAuthority foreign = CertificateAuthority.create(foreignDirectory.resolve("ca"), "foreign");
        KeyPair pair = Keys.generate();
        X509Certificate issued = foreign.issue(
                pair.getPublic(), new PeerIdentity(Role.MANAGER, "manager"), Duration.ofDays(1), List.of());
        Identity identity = new Identity(
                        pair.getPrivate(),
                        List.of(issued),
                        List.of(server.authority().certificate()),
                        null)
                .store(foreignDirectory.resolve("manager"));
        try (ZooKeeperRegistry stranger =
                ZooKeeperRegistry.connect(new ZooKeeperRegistry.Config(server.servers(), deployment, identity))) {
            assertThatThrownBy(() -> stranger.read("/vms/a")).isInstanceOf(RegistryException.Unavailable.class);
        }
    }

    @Test
    void aServerAtAnAddressThatIsNotInItsCertificateIsRefused() {
        String elsewhere = "localhost:" + server.address().getPort();
        try (ZooKeeperRegistry client = server.connectTo(elsewhere, deployment, SESSION_TIMEOUT)) {
            assertThatThrownBy(() -> client.read("/vms/a")).isInstanceOf(RegistryException.Unavailable.class);
        }
    }

    @Test
    void whoSpeaksNoTlsGetsNoAnswer() throws IOException {
        try (Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort())) {
            socket.setSoTimeout((int) LIMIT.toMillis());
            socket.getOutputStream().write("srvr\r\n\r\n".getBytes(US_ASCII));
            assertThat(socket.getInputStream().readAllBytes())
                    .asString(US_ASCII)
                    .doesNotContain("Zookeeper version");
        }
    }

    @Test
    void onlyTheNewestEventsAreKept() throws Exception {
        ZooKeeperEvents events = new ZooKeeperEvents(near);
        int published = Events.KEPT_EVENTS + 300;
        try (ExecutorService publishers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<? extends Future<?>> all = IntStream.rangeClosed(1, published)
                    .mapToObj(i -> publishers.submit(() -> events.publish(event(i))))
                    .toList();
            for (Future<?> each : all) {
                each.get();
            }
        }
        List<Events.Numbered> seen = new CopyOnWriteArrayList<>();
        try (Registry.Subscription subscription = new ZooKeeperEvents(far).follow(0, seen::add)) {
            await().atMost(LIMIT).until(() -> !seen.isEmpty() && seen.getLast().number() == published);
            assertThat(seen).hasSizeBetween(Events.KEPT_EVENTS, Events.KEPT_EVENTS + 100);
        }
    }

    private static Event event(int number) {
        return Event.of(Instant.EPOCH, "test.happened", "s" + number, "event " + number);
    }

    private static byte[] text(String text) {
        return text.getBytes(US_ASCII);
    }
}
