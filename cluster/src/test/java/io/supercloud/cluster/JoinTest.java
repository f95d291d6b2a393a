package io.supercloud.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.cluster.internal.join.JoinMessage;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.Registry;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JoinTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Instant NOW = Instant.parse("2026-11-20T10:00:00Z");

    @TempDir
    private Path directory;

    private final Registry registry = new InMemoryRegistry();
    private Deployment deployment;
    private JoinTokens tokens;
    private JoinServer server;

    @BeforeEach
    void start() {
        deployment = Deployment.create(directory.resolve("ca"));
        tokens = new JoinTokens(registry, at(NOW));
        server = start(deployment.identity(Role.MANAGER, "manager"));
    }

    private JoinServer start(Identity identity) {
        return JoinServer.start(Deployment.anyPort(), identity, deployment.authority(), tokens, Duration.ofDays(30));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static Clock at(Instant instant) {
        return Clock.fixed(instant, ZoneOffset.UTC);
    }

    private Identity join(String token, String name) {
        return JoinClient.join(
                "127.0.0.1", server.port(), deployment.authority().fingerprint(), token, name);
    }

    @Test
    void aHostThatJoinedIsServedByTheOthers() {
        Identity joined = join(tokens.issue("host-1", HOUR), "host-1").store(directory.resolve("host-1"));
        Identity loaded = Identity.load(directory.resolve("host-1"));
        assertThat(loaded.self()).isEqualTo(new PeerIdentity(Role.AGENT, "host-1"));
        assertThat(loaded.certificate()).isEqualTo(joined.certificate());
        try (RpcServer manager = RpcServer.start(
                        Deployment.anyPort(),
                        deployment.identity(Role.MANAGER, "manager"),
                        new MessageTypes(),
                        (request, caller) -> caller.toString());
                RpcClient agent = new RpcClient(loaded, new MessageTypes())) {
            assertThat(agent.call(manager.address(), "", String.class, Duration.ofSeconds(10)))
                    .isEqualTo("agent host-1");
        }
    }

    @Test
    void aTokenWorksOnce() {
        String token = tokens.issue("host-1", HOUR);
        join(token, "host-1");
        assertThatThrownBy(() -> join(token, "host-1"))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("refused to let host-1 join")
                .hasMessageContaining("get a new one");
    }

    @Test
    void ofManyWhoRedeemOneTokenAtOnceOneSucceeds() throws Exception {
        String token = tokens.issue("host-1", HOUR);
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Boolean>> redeemed = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                redeemed.add(callers.submit(() -> tokens.redeem(token, "host-1")));
            }
            int successes = 0;
            for (Future<Boolean> each : redeemed) {
                successes += each.get() ? 1 : 0;
            }
            assertThat(successes).isEqualTo(1);
        }
    }

    @Test
    void aTokenIsForOneHostAndForItsTime() {
        String token = tokens.issue("host-1", HOUR);
        assertThatThrownBy(() -> join(token, "host-2")).isInstanceOf(ClusterException.class);
        JoinTokens later = new JoinTokens(registry, at(NOW.plus(HOUR)));
        assertThat(later.redeem(token, "host-1")).isFalse();
        assertThat(tokens.redeem("no-such-token", "host-1")).isFalse();
        assertThat(tokens.redeem(token, "host-1")).isTrue();
    }

    @Test
    void expiredTokensAreRemovedAndTheRegistryHoldsNoToken() {
        String token = tokens.issue("host-1", HOUR);
        assertThat(registry.children("/tokens").keySet()).hasSize(1).doesNotContain(token);
        new JoinTokens(registry, at(NOW.plus(HOUR))).issue("host-2", HOUR);
        assertThat(registry.children("/tokens")).hasSize(1);
        assertThatThrownBy(() -> tokens.issue("host-1", Duration.ofDays(8))).isInstanceOf(ClusterException.class);
    }

    @Test
    void aServerOfAnotherAuthorityIsNotToldTheToken() {
        String token = tokens.issue("host-1", HOUR);
        String wrong = "0".repeat(64);
        assertThatThrownBy(() -> JoinClient.join("127.0.0.1", server.port(), wrong, token, "host-1"))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("fingerprint");
        assertThat(tokens.redeem(token, "host-1")).isTrue();
    }

    @Test
    void anAgentThatPosesAsTheManagerIsNotToldTheToken() {
        String token = tokens.issue("host-1", HOUR);
        try (JoinServer impostor = start(deployment.identity(Role.AGENT, "host-9"))) {
            String fingerprint = deployment.authority().fingerprint();
            assertThatThrownBy(() -> JoinClient.join("127.0.0.1", impostor.port(), fingerprint, token, "host-1"))
                    .isInstanceOf(ClusterException.class)
                    .hasMessageContaining("no manager");
        }
        assertThat(tokens.redeem(token, "host-1")).isTrue();
    }

    @Test
    void garbageEndsItsConnectionAlone() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", server.port())) {
            socket.getOutputStream().write(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10});
            socket.shutdownOutput();
            assertThat(socket.getInputStream().readAllBytes()).hasSizeLessThan(100);
        }
        join(tokens.issue("host-1", HOUR), "host-1");
    }

    @Test
    void damagedMessagesAreReadOrRefused() {
        long seed = 3;
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 5_000; round++) {
            byte[] bytes = new byte[random.nextInt(0, 60)];
            random.nextBytes(bytes);
            if (bytes.length > 0) {
                bytes[0] = 1;
            }
            try {
                JoinMessage.Request.read(new DataInputStream(new ByteArrayInputStream(bytes)));
                JoinMessage.Answer.read(new DataInputStream(new ByteArrayInputStream(bytes)));
            } catch (IOException e) {
                assertThat(e).as("seed %d round %d", seed, round).isNotNull();
            }
        }
    }
}
