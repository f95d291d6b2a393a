package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.Tasks;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.PortRecord;
import io.supercloud.migration.StubRecord;
import io.supercloud.migration.VmRecord;
import io.supercloud.overlay.sdn.HostNetwork;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.overlay.sdn.Peer;
import io.supercloud.overlay.sdn.Port;
import io.supercloud.overlay.sdn.Stub;
import io.supercloud.overlay.sdn.Topology;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps this host's switch at what the registry says. Where this host learns of an owner change before the registry's
 * watch tells it, {@link #claim} puts it in force at once; the higher epoch always wins.
 */
public final class TopologyKeeper implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TopologyKeeper.class);

    private static final List<String> PATHS =
            List.of(Paths.NETWORKS, Paths.HOSTS, Paths.PORTS, Paths.OWNERS, Paths.STUBS, Paths.VMS);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    private final HostNetwork network;
    private final List<Registry.Subscription> subscriptions = new ArrayList<>();
    private final Tasks tasks;
    /** Signalled when another topology is in force. */
    private final Tasks.Mutex lock;

    private final Map<String, Map<String, Registry.Entry>> seen = new HashMap<>();
    private final Map<String, Owner> claims = new HashMap<>();
    /** The ports of VMs that a packet is to wake. */
    private Set<String> asleep = Set.of();

    private Topology applied = Topology.EMPTY;
    private boolean retrying;
    private boolean closed;

    public TopologyKeeper(Registry registry, HostNetwork network, Tasks tasks) {
        this.network = network;
        this.tasks = tasks;
        this.lock = tasks.newMutex();
        for (String path : PATHS) {
            subscriptions.add(registry.watch(path, entries -> saw(path, entries)));
        }
    }

    private void saw(String path, Map<String, Registry.Entry> entries) {
        lock.lock();
        try {
            seen.put(path, entries);
            if (path.equals(Paths.VMS)) {
                asleep = asleep(entries);
            }
            applyWhatIsKnown();
        } catch (SupercloudException e) {
            log.warn("the switch does not follow the registry: {}", e.getMessage());
            if (!retrying) {
                retrying = true;
                tasks.start("switch retry", this::retry);
            }
        } finally {
            lock.unlock();
        }
    }

    private static Set<String> asleep(Map<String, Registry.Entry> vms) {
        return vms.entrySet().stream()
                .filter(vm -> Json.read(vm.getValue(), VmRecord.class).desired() == VmRecord.Desired.ASLEEP)
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    /** Tries until the switch has what is known, as after a restart of it. */
    private void retry() {
        boolean behind = true;
        while (behind) {
            tasks.sleep(RETRY_PAUSE);
            lock.lock();
            try {
                if (!closed) {
                    applyWhatIsKnown();
                }
                behind = false;
                retrying = false;
            } catch (SupercloudException e) {
                log.debug("the switch is still behind: {}", e.getMessage());
            } finally {
                lock.unlock();
            }
        }
    }

    /** Puts an owner in force on this host now; returns when the switch has acknowledged it. */
    public void claim(String port, Owner owner) {
        lock.lock();
        try {
            claims.merge(port, owner, TopologyKeeper::later);
            applyWhatIsKnown();
        } finally {
            lock.unlock();
        }
    }

    /** Compiles and installs again, after a device has come or gone. */
    public void refresh() {
        lock.lock();
        try {
            if (allSeen()) {
                network.apply(applied);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Blocks until the switch has acknowledged a topology that satisfies {@code wanted}. */
    public Topology await(Predicate<Topology> wanted, Duration limit, String what) {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (!wanted.test(applied)) {
                if (left <= 0) {
                    throw new MigrationException(
                            "the overlay network did not come to '%s' within %d s".formatted(what, limit.toSeconds()));
                }
                left = lock.awaitNanos(left);
            }
            return applied;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationException("interrupted while waiting for " + what, e);
        } finally {
            lock.unlock();
        }
    }

    /** What the switch has acknowledged. */
    Topology current() {
        lock.lock();
        try {
            return applied;
        } finally {
            lock.unlock();
        }
    }

    /** Before all is known the switch keeps what it has: an agent that restarts takes no flow away. */
    private boolean allSeen() {
        return seen.keySet().containsAll(PATHS);
    }

    /** A network by its name; blocks until the registry has told of it. */
    Network awaitNetwork(String name, Duration limit) {
        Topology topology = await(known -> network(known, name).isPresent(), limit, "network " + name);
        return network(topology, name).orElseThrow();
    }

    private static Optional<Network> network(Topology topology, String name) {
        return topology.networks().stream()
                .filter(known -> known.name().equals(name))
                .findFirst();
    }

    private void applyWhatIsKnown() {
        if (!allSeen()) {
            return;
        }
        Topology next = topology();
        if (next.equals(applied)) {
            return;
        }
        network.apply(next);
        applied = next;
        lock.signalAll();
    }

    private Topology topology() {
        Map<String, Owner> owners = new TreeMap<>();
        entries(Paths.OWNERS).forEach((name, entry) -> owners.put(name, Owners.decode(entry)));
        claims.forEach((name, owner) -> owners.computeIfPresent(name, (key, known) -> later(known, owner)));
        claims.keySet().retainAll(owners.keySet());
        List<Network> networks = all(Paths.NETWORKS, Network.class);
        List<Port> ports = all(Paths.PORTS, PortRecord.class).stream()
                .filter(port -> owners.containsKey(port.name()))
                .filter(port -> networks.stream().anyMatch(known -> known.name().equals(port.network())))
                .map(port -> port.toPort(owners.get(port.name())).asleep(asleep.contains(port.name())))
                .toList();
        List<Peer> peers = all(Paths.HOSTS, HostRecord.class).stream()
                .map(host -> new Peer(host.host(), host.site(), host.tunnels()))
                .toList();
        List<Stub> stubs = all(Paths.STUBS, StubRecord.class).stream()
                .filter(stub -> networks.stream().anyMatch(known -> known.name().equals(stub.network())))
                .map(StubRecord::toStub)
                .toList();
        return new Topology(networks, ports, peers, stubs);
    }

    private <T> List<T> all(String path, Class<T> type) {
        return new TreeMap<>(entries(path))
                .values().stream().map(entry -> Json.read(entry, type)).toList();
    }

    private Map<String, Registry.Entry> entries(String path) {
        return seen.getOrDefault(path, Map.of());
    }

    private static Owner later(Owner one, Owner other) {
        return other.epoch() > one.epoch() ? other : one;
    }

    @Override
    public void close() {
        subscriptions.forEach(Registry.Subscription::close);
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
