package io.supercloud.migration.agent;

import io.supercloud.core.Events;
import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Registry;
import io.supercloud.core.Tasks;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.core.VmId;
import io.supercloud.image.BlockDevice;
import io.supercloud.image.InMemoryVolumePool;
import io.supercloud.image.NbdServer;
import io.supercloud.image.Replication;
import io.supercloud.image.VolumePool;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostUnreachableException;
import io.supercloud.migration.Owners;
import io.supercloud.migration.hypervisor.Hypervisor;
import io.supercloud.migration.hypervisor.InMemoryHypervisor;
import io.supercloud.overlay.sdn.HostNetwork;
import io.supercloud.overlay.sdn.InMemoryHostNetwork;
import io.supercloud.overlay.sdn.OverlayException;
import io.supercloud.overlay.sdn.PortId;
import io.supercloud.overlay.sdn.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Predicate;

/** A host in memory: what outlives its agent (guests, switch, disk, files), and one run of its agent at a time. */
final class TestHost implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Tasks TASKS = new VirtualThreadTasks();

    final HostId id;
    final Ipv4 underlay;
    final InMemoryVolumePool pool;
    final InMemoryHypervisor hypervisor;
    final InMemoryHostNetwork network;

    private final TestCluster cluster;
    private final Path directory;
    private volatile Agent agent;

    /** One run of the agent. */
    private record Agent(
            Life life, InMemoryRegistry registry, NbdServer disks, TopologyKeeper topology, HostService service) {}

    TestHost(TestCluster cluster, HostId id, Ipv4 underlay, Path directory) {
        this.cluster = cluster;
        this.id = id;
        this.underlay = underlay;
        this.directory = directory;
        this.pool = new InMemoryVolumePool(new Replication(cluster.registry.another(), cluster.ledgers, id));
        this.network = new InMemoryHostNetwork(id, cluster.fabric);
        this.hypervisor = new InMemoryHypervisor(directory, cluster.exchange, this::served);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What a guest's disk requests reach: an agent that lives and exports the disk. */
    private Optional<BlockDevice> served(Hypervisor.Devices devices) {
        return agent != null && Files.exists(devices.nbdSocket()) && !Files.isRegularFile(devices.nbdSocket())
                ? pool.find(devices.export()).map(BlockDevice.class::cast)
                : Optional.empty();
    }

    void startAgent() {
        Life life = new Life();
        InMemoryRegistry client = cluster.registry.another();
        Registry registry = life.port(Registry.class, cluster.writes.over(client));
        NbdServer disks = new NbdServer();
        TopologyKeeper topology = new TopologyKeeper(registry, life.port(HostNetwork.class, network), TASKS);
        HostContext context = new HostContext(
                id,
                underlay,
                directory,
                registry,
                new Owners(registry),
                life.port(Events.class, cluster.events),
                life.port(Hypervisor.class, hypervisor),
                life.port(VolumePool.class, pool),
                disks,
                life.port(HostNetwork.class, network),
                topology,
                life.port(HostAgent.Directory.class, cluster.calls),
                () -> InstantSource.system().instant().plus(cluster.ahead),
                TASKS);
        agent = new Agent(life, client, disks, topology, new HostService(context));
    }

    /** The agent's process is killed. As after any such death the files of its sockets stay, and nobody answers there. */
    void killAgent() {
        Agent last = agent;
        boolean exported = hasExport(TestCluster.VM);
        agent = null;
        last.life().end();
        last.registry().close();
        last.disks().close();
        pool.close();
        try {
            if (exported && !hasExport(TestCluster.VM)) {
                Files.createFile(socket(TestCluster.VM));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void restartAgent() {
        killAgent();
        startAgent();
    }

    /** Waits until the switch has what the registry says. */
    void awaitTopology(Predicate<Topology> wanted) {
        agent.topology().await(wanted, LIMIT, "what a test waits for");
    }

    /** The registry's client of the agent's present run, to be cut off. */
    InMemoryRegistry registry() {
        return agent.registry();
    }

    Object handle(HostCall<?> call) {
        Agent now = agent;
        if (now == null) {
            throw new HostUnreachableException(id, new ConnectException("connection refused"));
        }
        try {
            Object reply = now.service().handle(call);
            now.life().require();
            return reply;
        } catch (Life.Over killed) {
            throw new HostUnreachableException(id, killed);
        }
    }

    boolean hasTap(VmId vm) {
        try {
            network.received(new PortId(vm.value()));
            return true;
        } catch (OverlayException noSuchPort) {
            return false;
        }
    }

    boolean hasExport(VmId vm) {
        return Files.exists(socket(vm));
    }

    private Path socket(VmId vm) {
        return directory.resolve(vm.value()).resolve("disk.sock");
    }

    boolean hasRole(VmId vm) {
        return RoleFile.readAll(directory).stream()
                .anyMatch(file -> file.spec().id().equals(vm));
    }

    @Override
    public void close() {
        if (agent != null) {
            agent.service().close();
            agent.topology().close();
            killAgent();
        }
        hypervisor.crash(TestCluster.VM);
        network.close();
    }
}
