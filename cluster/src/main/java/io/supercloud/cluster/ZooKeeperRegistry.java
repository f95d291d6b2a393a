package io.supercloud.cluster;

import io.supercloud.cluster.internal.zookeeper.Answer;
import io.supercloud.cluster.internal.zookeeper.Connection;
import io.supercloud.cluster.internal.zookeeper.Deadline;
import io.supercloud.cluster.internal.zookeeper.NodeValue;
import io.supercloud.cluster.internal.zookeeper.NodeWriter;
import io.supercloud.cluster.internal.zookeeper.Nodes;
import io.supercloud.cluster.internal.zookeeper.Subscriber;
import io.supercloud.cluster.internal.zookeeper.Tls;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Names;
import io.supercloud.core.Registry;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.zookeeper.CreateMode;

/**
 * The registry on ZooKeeper, reached by TLS with this process's certificate. Every operation ends within five seconds.
 * Besides the contract: a lease has no entries below it ({@link InvalidValueException}).
 *
 * <p>After the end of the session (told by {@link #watchConnection} as a loss) this client's leases are gone or will be
 * soon, and it makes them again: {@link io.supercloud.core.RegistryException.Exists} says that the former one is still
 * there, so try again until the session time-out has passed.
 */
public final class ZooKeeperRegistry implements Registry {
    private final Connection connection;
    private final Nodes nodes;

    /**
     * Where the registry is and how to speak to it.
     *
     * @param servers {@code host:port}, separated by commas
     * @param deployment the name under which everything is kept, a DNS label
     * @param identity stored in a directory
     * @param sessionTimeout how long a silent process keeps its leases; the server allows 2 to 60 seconds
     */
    public record Config(String servers, String deployment, Identity identity, Duration sessionTimeout) {
        public static final Duration SESSION_TIMEOUT = Duration.ofSeconds(8);

        public Config {
            Names.require("deployment", deployment);
        }

        public Config(String servers, String deployment, Identity identity) {
            this(servers, deployment, identity, SESSION_TIMEOUT);
        }
    }

    private ZooKeeperRegistry(Connection connection) {
        this.connection = connection;
        this.nodes = new Nodes(connection);
    }

    /** Begins to connect and returns at once; operations wait for the connection within their time limit. */
    public static ZooKeeperRegistry connect(Config config) {
        Path directory = config.identity().requireDirectory();
        return new ZooKeeperRegistry(new Connection(
                config.servers(),
                config.deployment(),
                config.sessionTimeout(),
                Tls.client(directory.resolve(Identity.IDENTITY_FILE), directory.resolve(Identity.AUTHORITIES_FILE))));
    }

    Connection connection() {
        return connection;
    }

    @Override
    public Optional<Entry> read(String path) {
        Registry.segments(path);
        Answer answer = nodes.readNewest(path, deadline());
        return answer.isOk() ? NodeValue.entry(path, answer.data(), answer.stat()) : Optional.empty();
    }

    @Override
    public Map<String, Entry> children(String path) {
        Registry.segments(path);
        return nodes.entries(path, deadline());
    }

    @Override
    public Entry create(String path, byte[] value) {
        requireValid(path, value);
        return new NodeWriter(connection, path).create(value, CreateMode.PERSISTENT);
    }

    @Override
    public Entry createLease(String path, byte[] value) {
        requireValid(path, value);
        return new NodeWriter(connection, path).create(value, CreateMode.EPHEMERAL);
    }

    @Override
    public Entry replace(Entry expected, byte[] value) {
        requireValid(expected.path(), value);
        return new NodeWriter(connection, expected.path()).replace(expected.version(), value);
    }

    @Override
    public void delete(Entry expected) {
        Registry.segments(expected.path());
        new NodeWriter(connection, expected.path()).delete(expected.version());
    }

    @Override
    public Subscription watch(String path, Consumer<Map<String, Entry>> listener) {
        Registry.segments(path);
        AtomicReference<Map<String, Long>> told = new AtomicReference<>();
        Subscriber subscriber = new Subscriber(path, () -> {
            Map<String, Entry> now = nodes.entries(path, deadline());
            Map<String, Long> versions = new HashMap<>();
            now.forEach((name, entry) -> versions.put(name, entry.version()));
            if (!versions.equals(told.getAndSet(versions))) {
                listener.accept(now);
            }
        });
        String below = connection.node(path) + "/";
        return connection.watch(
                connection.node(path),
                true,
                event -> {
                    String changed = event.getPath();
                    boolean deeper = changed != null && changed.indexOf('/', below.length()) > 0;
                    if (!deeper) {
                        subscriber.wake();
                    }
                },
                subscriber);
    }

    @Override
    public Subscription watchConnection(Consumer<Boolean> listener) {
        return connection.watchReachability(listener);
    }

    /** Ends the session, and with it the leases of this client. */
    @Override
    public void close() {
        connection.close();
    }

    private static Deadline deadline() {
        return Deadline.inMillis(Connection.OPERATION_LIMIT_MILLIS);
    }

    private static void requireValid(String path, byte[] value) {
        for (String segment : Registry.segments(path)) {
            if (segment.equals(".") || segment.equals("..")) {
                throw new InvalidValueException(
                        "'%s' is not a registry path: '.' and '..' name nothing".formatted(path));
            }
        }
        if (value.length > MAX_VALUE_BYTES) {
            throw new InvalidValueException("the value for %s has %d bytes; the registry takes %d at most"
                    .formatted(path, value.length, MAX_VALUE_BYTES));
        }
    }
}
