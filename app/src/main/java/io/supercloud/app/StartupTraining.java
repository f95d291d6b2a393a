package io.supercloud.app;

import io.supercloud.app.cli.CommandLineRoot;
import io.supercloud.app.config.ConfigReader;
import io.supercloud.app.rpc.CallTypes;
import io.supercloud.cluster.CertificateAuthority;
import io.supercloud.cluster.Identity;
import io.supercloud.cluster.JoinClient;
import io.supercloud.cluster.JoinServer;
import io.supercloud.cluster.JoinTokens;
import io.supercloud.cluster.PeerIdentity;
import io.supercloud.cluster.RegistryServer;
import io.supercloud.cluster.Role;
import io.supercloud.cluster.RpcClient;
import io.supercloud.cluster.RpcServer;
import io.supercloud.cluster.ZooKeeperEvents;
import io.supercloud.cluster.ZooKeeperRegistry;
import io.supercloud.core.Event;
import io.supercloud.migration.HostCall;
import io.supercloud.overlay.cloud.local.LocalAccount;
import io.supercloud.overlay.cloud.local.LocalClouds;
import io.supercloud.overlay.cloud.local.LocalZone;
import io.supercloud.overlay.cloud.ssh.SshKeys;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.jar.JarFile;

/**
 * Starts what the processes start, on loopback and in a folder that is thrown away, so that the build can keep the loaded
 * classes for every later start of a JVM (JEP 514). Arguments: the folder, the installation's jars.
 */
public final class StartupTraining {
    private static final Duration VALIDITY = Duration.ofDays(1);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(10);

    private StartupTraining() {}

    public static void main(String[] arguments) throws IOException, ClassNotFoundException {
        Path folder = Path.of(arguments[0]);
        CommandLineRoot.run("--version");
        try (InputStream config = StartupTraining.class.getResourceAsStream("config/local.yaml")) {
            ConfigReader.parse("local.yaml", new String(config.readAllBytes(), StandardCharsets.UTF_8));
        }
        for (int i = 1; i < arguments.length; i++) {
            loadOwnClasses(Path.of(arguments[i]));
        }
        SshKeys.loadOrCreate(folder.resolve("ssh"));
        LocalClouds.open(new LocalAccount("training", folder.resolve("account"), List.of(new LocalZone("zone", 1, 1))))
                .list("training");
        cluster(folder);
        Supercloud.exit(0);
    }

    private static void loadOwnClasses(Path jar) throws IOException, ClassNotFoundException {
        try (JarFile file = new JarFile(jar.toFile())) {
            for (String name : file.stream()
                    .map(entry -> entry.getName())
                    .filter(entry -> entry.startsWith("io/supercloud/") && entry.endsWith(".class"))
                    .filter(entry -> !entry.endsWith("package-info.class"))
                    .toList()) {
                Class.forName(
                        name.substring(0, name.length() - ".class".length()).replace('/', '.'));
            }
        }
    }

    private static void cluster(Path folder) throws IOException {
        CertificateAuthority authority = CertificateAuthority.create(folder.resolve("authority"), "training");
        String loopback = "127.0.0.1";
        Identity registryIdentity = authority
                .newIdentity(new PeerIdentity(Role.REGISTRY, "registry"), VALIDITY, loopback)
                .store(folder.resolve("registry-identity"));
        Identity manager = authority
                .newIdentity(new PeerIdentity(Role.MANAGER, "manager"), VALIDITY, loopback)
                .store(folder.resolve("manager-identity"));
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        InetSocketAddress anyPort = new InetSocketAddress(loopback, 0);
        try (RegistryServer ignored = RegistryServer.start(new RegistryServer.Config(
                        folder.resolve("registry"), new InetSocketAddress(loopback, port), registryIdentity));
                ZooKeeperRegistry registry = ZooKeeperRegistry.connect(
                        new ZooKeeperRegistry.Config(loopback + ":" + port, "training", manager));
                RpcServer server = RpcServer.start(
                        anyPort, manager, CallTypes.all(), (request, caller) -> new HostCall.VmList(List.of()));
                RpcClient client = new RpcClient(manager, CallTypes.all())) {
            registry.watch("/vms", entries -> {}).close();
            registry.replace(registry.create("/vms/one", new byte[1]), new byte[2]);
            registry.createLease("/alive/one", new byte[1]);
            new ZooKeeperEvents(registry).publish(Event.of(Instant.now(), "training", "training", "training"));
            client.call(server.address(), new HostCall.ListVms(), HostCall.VmList.class, CALL_LIMIT);
            JoinTokens tokens = new JoinTokens(registry, Clock.systemUTC());
            try (JoinServer join = JoinServer.start(anyPort, manager, authority, tokens, VALIDITY)) {
                JoinClient.join(loopback, join.port(), authority.fingerprint(), tokens.issue("one", VALIDITY), "one");
            }
        }
    }
}
