package io.supercloud.cluster.internal.zookeeper;

import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.curator.framework.CuratorFramework;
import org.apache.curator.framework.CuratorFrameworkFactory;
import org.apache.curator.framework.recipes.watch.PersistentWatcher;
import org.apache.curator.framework.state.ConnectionState;
import org.apache.curator.retry.RetryForever;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.WatchedEvent;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.client.ZKClientConfig;

/**
 * One session with ZooKeeper, renewed by Curator when it is lost. Requests are sent to ZooKeeper itself, not through
 * Curator's retries, since a write must know whether it was sent before.
 */
public final class Connection implements AutoCloseable {
    /** No operation of the registry takes longer. */
    public static final long OPERATION_LIMIT_MILLIS = 5_000;

    private static final int RECONNECT_MILLIS = 250;
    private static final int CONNECT_LIMIT_MILLIS = 4_000;
    private static final int CLOSE_LIMIT_MILLIS = 1_000;

    private final CuratorFramework curator;
    private final String root;
    private final Set<Registry.Subscription> subscriptions = ConcurrentHashMap.newKeySet();
    private volatile Reachability reachability = new Reachability(false, 0);
    private volatile boolean closed;

    /** Whether the registry answers, and how often that has changed, so that a short loss is told too. */
    private record Reachability(boolean reachable, long changes) {}

    public Connection(String servers, String deployment, Duration sessionTimeout, ZKClientConfig config) {
        this.root = "/supercloud/" + deployment;
        this.curator = CuratorFrameworkFactory.builder()
                .connectString(servers)
                .sessionTimeoutMs((int) sessionTimeout.toMillis())
                .connectionTimeoutMs((int) Math.min(CONNECT_LIMIT_MILLIS, sessionTimeout.toMillis()))
                .maxCloseWaitMs(CLOSE_LIMIT_MILLIS)
                .retryPolicy(new RetryForever(RECONNECT_MILLIS))
                .zkClientConfig(config)
                .ensembleTracker(false)
                .build();
        curator.getConnectionStateListenable().addListener((client, state) -> changed(state));
        curator.start();
    }

    private synchronized void changed(ConnectionState state) {
        boolean reachable = state.isConnected() && state != ConnectionState.READ_ONLY;
        if (reachable != reachability.reachable()) {
            reachability = new Reachability(reachable, reachability.changes() + 1);
        }
        subscriptions.forEach(Connection::wake);
    }

    private static void wake(Registry.Subscription subscription) {
        if (subscription instanceof Watched watched) {
            watched.subscriber().wake();
        }
    }

    /** The node of a registry path. */
    public String node(String path) {
        return root + path;
    }

    /** Sends one request and awaits its answer. */
    public Answer exchange(String what, Deadline deadline, Request request) {
        Answer.Future answer = new Answer.Future();
        request.send(session(what, deadline), answer);
        return await(what, deadline, answer);
    }

    /** Awaits an answer; throws {@link RegistryException.Unavailable} where none has come by the deadline. */
    public static Answer await(String what, Deadline deadline, Answer.Future answer) {
        try {
            return answer.get(deadline.leftMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw unavailable(what, e);
        } catch (ExecutionException e) {
            throw unavailable(what, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(what + ": interrupted", e);
        }
    }

    /** ZooKeeper, connected. Throws {@link RegistryException.Unavailable} where it is not by the deadline. */
    public ZooKeeper session(String what, Deadline deadline) {
        if (closed) {
            throw unavailable(what + ": this client is closed", null);
        }
        try {
            if (!curator.blockUntilConnected((int) deadline.leftMillis(), TimeUnit.MILLISECONDS)) {
                throw unavailable(what + ": not connected", null);
            }
            return curator.getZookeeperClient().getZooKeeper();
        } catch (RegistryException.Unavailable e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(what + ": interrupted", e);
        } catch (Exception e) {
            throw unavailable(what, e);
        }
    }

    /** Makes the missing nodes above {@code node}; an answer that is lost shows when the node itself is tried again. */
    void makeParents(String node, Deadline deadline) {
        for (int end = node.indexOf('/', 1); end > 0; end = node.indexOf('/', end + 1)) {
            String parent = node.substring(0, end);
            exchange(
                    "create of " + parent,
                    deadline,
                    (session, result) -> session.create(
                            parent,
                            NodeValue.none(),
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT,
                            result.created(),
                            null));
        }
    }

    public static RegistryException.Unavailable unavailable(String what, Throwable cause) {
        return new RegistryException.Unavailable(what, cause);
    }

    /**
     * Wakes {@code subscriber} at each event at or below {@code node} that {@code relevant} lets through, and after each
     * break of the connection; starts it.
     */
    public Registry.Subscription watch(
            String node, boolean recursive, Consumer<WatchedEvent> event, Subscriber subscriber) {
        PersistentWatcher watcher = new PersistentWatcher(curator, node, recursive);
        watcher.getListenable().addListener(event::accept);
        watcher.getResetListenable().addListener(subscriber::wake);
        Watched watched = new Watched(this, subscriber, watcher);
        return open(watched);
    }

    /** Calls {@code listener} with whether ZooKeeper can be reached, now and at each change. */
    public Registry.Subscription watchReachability(Consumer<Boolean> listener) {
        AtomicReference<Reachability> told = new AtomicReference<>();
        Subscriber subscriber = new Subscriber("connection", () -> {
            Reachability now = reachability;
            Reachability before = told.getAndSet(now);
            boolean changed = before == null || before.changes() != now.changes();
            if (changed && before != null && before.reachable() == now.reachable()) {
                listener.accept(!now.reachable());
            }
            if (changed) {
                listener.accept(now.reachable());
            }
        });
        return open(new Watched(this, subscriber, null));
    }

    private Registry.Subscription open(Watched watched) {
        subscriptions.add(watched);
        if (closed) {
            watched.close();
            throw unavailable("watch: this client is closed", null);
        }
        if (watched.watcher() != null) {
            watched.watcher().start();
        }
        watched.subscriber().start();
        return watched;
    }

    private record Watched(Connection connection, Subscriber subscriber, PersistentWatcher watcher)
            implements Registry.Subscription {
        @Override
        public void close() {
            connection.subscriptions.remove(this);
            if (watcher != null) {
                watcher.close();
            }
            subscriber.close();
        }
    }

    @Override
    public void close() {
        closed = true;
        subscriptions.forEach(Registry.Subscription::close);
        curator.close();
    }
}
