package io.supercloud.cluster;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/** A real registry on loopback with its own authority; each {@link #connect} with another deployment is an empty one. */
final class TestRegistry implements AutoCloseable {
    private static final AtomicInteger DEPLOYMENTS = new AtomicInteger();

    private final Path directory;
    private final CertificateAuthority authority;
    private final RegistryServer.Config config;
    private final Identity manager;
    private RegistryServer server;

    private TestRegistry(Path directory) {
        this.directory = directory;
        this.authority = CertificateAuthority.create(directory.resolve("ca"), "test");
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort());
        Identity identity = authority
                .newIdentity(new PeerIdentity(Role.REGISTRY, "registry"), Duration.ofDays(1), "127.0.0.1")
                .store(directory.resolve("registry"));
        this.config = new RegistryServer.Config(directory.resolve("server"), address, identity);
        this.manager = identity(Role.MANAGER, "manager");
        this.server = RegistryServer.start(config);
    }

    static TestRegistry start(Path directory) {
        return new TestRegistry(directory);
    }

    static String freshDeployment() {
        return "d" + DEPLOYMENTS.incrementAndGet();
    }

    CertificateAuthority authority() {
        return authority;
    }

    Identity identity(Role role, String name) {
        return authority
                .newIdentity(new PeerIdentity(role, name), Duration.ofDays(1))
                .store(directory.resolve(name));
    }

    InetSocketAddress address() {
        return config.bind();
    }

    String servers() {
        return "127.0.0.1:" + config.bind().getPort();
    }

    ZooKeeperRegistry connect(String deployment) {
        return connectTo(servers(), deployment, Duration.ofSeconds(8));
    }

    ZooKeeperRegistry connectTo(String servers, String deployment, Duration sessionTimeout) {
        return ZooKeeperRegistry.connect(new ZooKeeperRegistry.Config(servers, deployment, manager, sessionTimeout));
    }

    void stop() {
        server.close();
    }

    void startAgain() {
        server = RegistryServer.start(config);
    }

    @Override
    public void close() {
        server.close();
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
