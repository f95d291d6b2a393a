package io.supercloud.core;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * One client of a registry that lives in this process. {@link #another} gives further clients of the same registry;
 * {@link #cutOff} and {@link #rejoin} play a broken network and {@link #expireSession} the end of a session.
 */
public final class InMemoryRegistry implements Registry {
    private final Store store;
    private final List<Teller> connectionTellers = new CopyOnWriteArrayList<>();
    private final List<Teller> tellers = new CopyOnWriteArrayList<>();
    private volatile Connection connection = new Connection(true, 0);
    private volatile boolean closed;

    public InMemoryRegistry() {
        this(new Store());
    }

    private InMemoryRegistry(Store store) {
        this.store = store;
    }

    /** Another client, with a session of its own, of the same registry. */
    public InMemoryRegistry another() {
        return new InMemoryRegistry(store);
    }

    /** From now on the registry does not answer this client. Its leases stay until {@link #expireSession}. */
    public void cutOff() {
        connect(false);
    }

    /** The registry answers this client again, and its watches tell what is there now. */
    public void rejoin() {
        connect(true);
        tellers.forEach(Teller::wake);
    }

    /** The registry has not heard of this client for a session time-out: its leases are gone. */
    public void expireSession() {
        store.removeLeasesOf(this);
    }

    private synchronized void connect(boolean reachable) {
        if (connection.reachable() != reachable) {
            connection = new Connection(reachable, connection.changes() + 1);
            connectionTellers.forEach(Teller::wake);
        }
    }

    @Override
    public Optional<Entry> read(String path) {
        Registry.segments(path);
        requireConnected("read of " + path);
        return store.read(path);
    }

    @Override
    public Map<String, Entry> children(String path) {
        Registry.segments(path);
        requireConnected("children of " + path);
        return store.children(path);
    }

    @Override
    public Entry create(String path, byte[] value) {
        requireValid(path, value);
        requireConnected("create of " + path);
        return store.create(path, value, null);
    }

    @Override
    public Entry createLease(String path, byte[] value) {
        requireValid(path, value);
        requireConnected("lease " + path);
        return store.create(path, value, this);
    }

    @Override
    public Entry replace(Entry expected, byte[] value) {
        requireValid(expected.path(), value);
        requireConnected("replace of " + expected.path());
        return store.replace(expected, value);
    }

    @Override
    public void delete(Entry expected) {
        Registry.segments(expected.path());
        requireConnected("delete of " + expected.path());
        store.delete(expected);
    }

    @Override
    public Subscription watch(String path, Consumer<Map<String, Entry>> listener) {
        Registry.segments(path);
        requireOpen("watch of " + path);
        AtomicReference<Map<String, Long>> told = new AtomicReference<>();
        Teller teller = Teller.start(() -> {
            if (!connection.reachable()) {
                return;
            }
            Map<String, Entry> now = store.children(path);
            Map<String, Long> versions = new HashMap<>();
            now.forEach((name, entry) -> versions.put(name, entry.version()));
            if (!versions.equals(told.getAndSet(versions))) {
                listener.accept(now);
            }
        });
        tellers.add(teller);
        store.watchers.add(teller);
        teller.wake();
        return () -> {
            tellers.remove(teller);
            store.watchers.remove(teller);
            teller.close();
        };
    }

    @Override
    public Subscription watchConnection(Consumer<Boolean> listener) {
        requireOpen("watch of the connection");
        AtomicReference<Connection> told = new AtomicReference<>();
        Teller teller = Teller.start(() -> {
            Connection now = connection;
            Connection before = told.getAndSet(now);
            if (before == null) {
                listener.accept(now.reachable());
            } else if (before.changes() != now.changes()) {
                if (before.reachable() == now.reachable()) {
                    listener.accept(!now.reachable());
                }
                listener.accept(now.reachable());
            }
        });
        connectionTellers.add(teller);
        teller.wake();
        return () -> {
            connectionTellers.remove(teller);
            teller.close();
        };
    }

    @Override
    public void close() {
        closed = true;
        tellers.forEach(store.watchers::remove);
        tellers.forEach(Teller::close);
        connectionTellers.forEach(Teller::close);
        store.removeLeasesOf(this);
    }

    private void requireOpen(String what) {
        if (closed) {
            throw new RegistryException.Unavailable(what + ": this client is closed", null);
        }
    }

    private void requireConnected(String what) {
        requireOpen(what);
        if (!connection.reachable()) {
            throw new RegistryException.Unavailable(what + ": this client is cut off", null);
        }
    }

    private static void requireValid(String path, byte[] value) {
        Registry.segments(path);
        if (value.length > MAX_VALUE_BYTES) {
            throw new InvalidValueException("the value for %s has %d bytes; the registry takes %d at most"
                    .formatted(path, value.length, MAX_VALUE_BYTES));
        }
    }

    /** Whether the registry answers, and how often that has changed: a loss is told even where it was short. */
    private record Connection(boolean reachable, long changes) {}

    private record Stored(byte[] value, long version, InMemoryRegistry leaseOf) {}

    private static final class Store {
        private final TreeMap<String, Stored> entries = new TreeMap<>();
        private final List<Teller> watchers = new CopyOnWriteArrayList<>();
        private long lastVersion;

        synchronized Optional<Entry> read(String path) {
            return Optional.ofNullable(entries.get(path)).map(stored -> entry(path, stored));
        }

        synchronized Map<String, Entry> children(String path) {
            String prefix = path + "/";
            Map<String, Entry> found = new TreeMap<>();
            entries.subMap(prefix, path + (char) ('/' + 1)).forEach((child, stored) -> {
                if (child.indexOf('/', prefix.length()) < 0) {
                    found.put(child.substring(prefix.length()), entry(child, stored));
                }
            });
            return found;
        }

        synchronized Entry create(String path, byte[] value, InMemoryRegistry leaseOf) {
            if (entries.containsKey(path)) {
                throw new RegistryException.Exists(path);
            }
            return put(path, value, leaseOf);
        }

        synchronized Entry replace(Entry expected, byte[] value) {
            return put(expected.path(), value, require(expected).leaseOf());
        }

        synchronized void delete(Entry expected) {
            require(expected);
            entries.remove(expected.path());
            watchers.forEach(Teller::wake);
        }

        synchronized void removeLeasesOf(InMemoryRegistry client) {
            for (String path : new ArrayList<>(entries.keySet())) {
                if (entries.get(path).leaseOf() == client) {
                    entries.remove(path);
                }
            }
            watchers.forEach(Teller::wake);
        }

        private Entry put(String path, byte[] value, InMemoryRegistry leaseOf) {
            Stored stored = new Stored(value.clone(), ++lastVersion, leaseOf);
            entries.put(path, stored);
            watchers.forEach(Teller::wake);
            return entry(path, stored);
        }

        private Stored require(Entry expected) {
            Stored stored = entries.get(expected.path());
            if (stored == null || stored.version() != expected.version()) {
                throw new RegistryException.Changed(expected.path(), expected.version());
            }
            return stored;
        }

        private static Entry entry(String path, Stored stored) {
            return new Entry(path, stored.value().clone(), stored.version());
        }
    }
}
