package io.supercloud.app.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.cluster.CertificateAuthority;
import io.supercloud.cluster.Identity;
import io.supercloud.cluster.PeerIdentity;
import io.supercloud.cluster.RegistryServer;
import io.supercloud.cluster.Role;
import io.supercloud.cluster.ZooKeeperRegistry;
import io.supercloud.image.ledger.Copies;
import io.supercloud.image.ledger.LedgerReader;
import io.supercloud.image.ledger.LedgerWriter;
import io.supercloud.image.ledger.Ledgers;
import io.supercloud.journal.BookKeeperLedgers;
import io.supercloud.journal.Bookie;
import io.supercloud.journal.LedgerService;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Ledgers under a deployment's certificates. One identity serves all: ZooKeeper's server and BookKeeper's client take theirs from
 * the same system properties.
 */
@Timeout(60)
class LedgerSecurityTest {
    private static final Duration VALIDITY = Duration.ofDays(1);
    private static final String LOOPBACK = "127.0.0.1";
    private static final Copies ONE = new Copies(1, 1, 1);
    private static final long LIMIT_SECONDS = 20;

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private static InetSocketAddress address(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static LedgerService.Certificates files(Path directory) {
        return new LedgerService.Certificates(directory.resolve("identity.pem"), directory.resolve("authorities.pem"));
    }

    @Test
    void ledgersAreKeptForTheDeploymentsHostsAndForNobodyElse(@TempDir Path folder) throws Exception {
        CertificateAuthority authority = CertificateAuthority.create(folder.resolve("ca"), "test");
        Identity server = authority
                .newIdentity(new PeerIdentity(Role.REGISTRY, "registry"), VALIDITY, LOOPBACK)
                .store(folder.resolve("registry"));
        int port = freePort();
        String registry = LOOPBACK + ":" + port;
        LedgerService service =
                new LedgerService(registry, "/supercloud/test/ledgers", Optional.of(files(folder.resolve("registry"))));
        try (RegistryServer ignored =
                        RegistryServer.start(new RegistryServer.Config(folder.resolve("data"), address(port), server));
                ZooKeeperRegistry client =
                        ZooKeeperRegistry.connect(new ZooKeeperRegistry.Config(registry, "test", server));
                Bookie bookie = startBookie(client, service, folder.resolve("bookie"));
                Ledgers ledgers = BookKeeperLedgers.connect(service)) {
            assertThat(bookie).isNotNull();
            LedgerWriter writer = ledgers.create(ONE);
            writer.append(ByteBuffer.wrap(new byte[] {7})).get(LIMIT_SECONDS, TimeUnit.SECONDS);
            try (LedgerReader reader = ledgers.end(writer.ledger())) {
                assertThat(reader.read(0, 0)).containsExactly(ByteBuffer.wrap(new byte[] {7}));
            }
            requireRefused(new LedgerService(service.servers(), service.root(), Optional.empty()));
        }
    }

    /** Who shows no certificate. */
    private static void requireRefused(LedgerService stranger) throws IOException {
        try (Ledgers ledgers = BookKeeperLedgers.connect(stranger)) {
            LedgerWriter writer = ledgers.create(ONE);
            assertThatThrownBy(
                            () -> writer.append(ByteBuffer.wrap(new byte[] {8})).get(LIMIT_SECONDS, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(IOException.class);
        }
    }

    /** Below what the registry has made. */
    private static Bookie startBookie(ZooKeeperRegistry client, LedgerService service, Path directory)
            throws IOException {
        client.create("/networks/test", new byte[0]);
        return Bookie.start(service, directory, address(freePort()));
    }
}
