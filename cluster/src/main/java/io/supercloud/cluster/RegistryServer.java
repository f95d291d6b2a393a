package io.supercloud.cluster;

import io.supercloud.cluster.internal.zookeeper.Tls;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import org.apache.zookeeper.server.auth.ProviderRegistry;
import org.apache.zookeeper.server.embedded.ExitHandler;
import org.apache.zookeeper.server.embedded.ZooKeeperServerEmbedded;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One standalone ZooKeeper server that lives in this process: TLS 1.3 alone, refuses clients without a certificate of
 * the deployment, syncs each change to disk before it answers. One to a process, since ZooKeeper keeps its settings in
 * system properties.
 */
public final class RegistryServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RegistryServer.class);
    private static final long START_LIMIT_MILLIS = 30_000;
    private static final int TICK_MILLIS = 1_000;
    private static final int MIN_SESSION_MILLIS = 2_000;
    private static final int MAX_SESSION_MILLIS = 60_000;
    private static final int MAX_CONNECTIONS_PER_ADDRESS = 256;
    private static final int KEPT_SNAPSHOTS = 3;
    private static final int PURGE_HOURS = 1;
    private static final int LOG_GROWTH_KIB = 4 * 1024;
    private static final String X509_PROVIDER_PROPERTY = "zookeeper.authProvider.x509";

    private final ZooKeeperServerEmbedded server;
    private final InetSocketAddress address;

    /**
     * @param directory where the data and the settings are kept
     * @param bind a certain port: clients must find the server again after a restart
     * @param identity of role {@link Role#REGISTRY}, stored, issued for the addresses at which clients connect
     */
    public record Config(Path directory, InetSocketAddress bind, Identity identity) {
        public Config {
            if (bind.isUnresolved() || bind.getPort() == 0) {
                throw new ClusterException(
                        "the registry cannot listen on %s; give an IP address and a port".formatted(bind));
            }
        }
    }

    private RegistryServer(ZooKeeperServerEmbedded server, InetSocketAddress address) {
        this.server = server;
        this.address = address;
    }

    /** Starts and returns when clients are served. Throws {@link ClusterException} where that fails. */
    public static RegistryServer start(Config config) {
        if (config.identity().self().role() != Role.REGISTRY) {
            throw new ClusterException("%s cannot run the registry; issue a certificate of role registry"
                    .formatted(config.identity().self()));
        }
        try {
            Files.createDirectories(config.directory());
            ZooKeeperServerEmbedded server = ZooKeeperServerEmbedded.builder()
                    .baseDir(config.directory())
                    .configuration(settings(config))
                    .exitHandler(ExitHandler.LOG_ONLY)
                    .build();
            ProviderRegistry.addOrUpdateProvider(X509_PROVIDER_PROPERTY);
            server.start(START_LIMIT_MILLIS);
            LOG.info("the registry listens on {}", config.bind());
            return new RegistryServer(server, config.bind());
        } catch (Exception e) {
            throw new ClusterException(
                    "the registry cannot start on %s with the data in %s".formatted(config.bind(), config.directory()),
                    e);
        }
    }

    private static Properties settings(Config config) {
        Properties settings = new Properties();
        settings.setProperty("dataDir", config.directory().resolve("data").toString());
        settings.setProperty("secureClientPort", "" + config.bind().getPort());
        settings.setProperty(
                "secureClientPortAddress", config.bind().getAddress().getHostAddress());
        settings.setProperty("serverCnxnFactory", "org.apache.zookeeper.server.NettyServerCnxnFactory");
        settings.setProperty("tickTime", "" + TICK_MILLIS);
        settings.setProperty("minSessionTimeout", "" + MIN_SESSION_MILLIS);
        settings.setProperty("maxSessionTimeout", "" + MAX_SESSION_MILLIS);
        settings.setProperty("maxClientCnxns", "" + MAX_CONNECTIONS_PER_ADDRESS);
        settings.setProperty("autopurge.snapRetainCount", "" + KEPT_SNAPSHOTS);
        settings.setProperty("autopurge.purgeInterval", "" + PURGE_HOURS);
        settings.setProperty("preAllocSize", "" + LOG_GROWTH_KIB);
        settings.setProperty("forceSync", "yes");
        settings.setProperty("admin.enableServer", "false");
        settings.setProperty("metricsProvider.className", "org.apache.zookeeper.metrics.impl.NullMetricsProvider");
        Path identity = config.identity().requireDirectory();
        settings.putAll(
                Tls.server(identity.resolve(Identity.IDENTITY_FILE), identity.resolve(Identity.AUTHORITIES_FILE)));
        return settings;
    }

    public InetSocketAddress address() {
        return address;
    }

    @Override
    public void close() {
        server.close();
    }
}
