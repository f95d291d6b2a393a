package io.supercloud.migration.simulation;

import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryEvents;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Registry;
import io.supercloud.image.InMemoryVolumePool;
import io.supercloud.image.Volume;
import io.supercloud.migration.Owners;
import io.supercloud.migration.agent.HostContext;
import io.supercloud.migration.agent.HostService;
import io.supercloud.migration.agent.TopologyKeeper;
import io.supercloud.migration.hypervisor.VirtualMachine.RunState;
import io.supercloud.overlay.sdn.InMemoryHostNetwork;
import io.supercloud.overlay.sdn.OverlayException;
import io.supercloud.overlay.sdn.PortId;
import io.supercloud.overlay.sdn.Topology;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A host: what outlives its agent (guest, switch, disk, files), and one run of its agent at a time. */
final class SimulatedHost {
    /** How long a switch that does not answer is waited for. */
    static final long SWITCH_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Cluster cluster;
    private final HostId id;
    private final Ipv4 underlay;
    private final Path directory;
    private final InMemoryHostNetwork network;
    private final SimulatedDisks disks = new SimulatedDisks();
    private final List<Consumer<SimulatedGuest>> atNextGuest = new ArrayList<>();
    private InMemoryVolumePool pool = new InMemoryVolumePool();
    private Optional<SimulatedGuest> guest = Optional.empty();
    private Optional<SimulatedProcess> agent = Optional.empty();
    private Optional<HostService> service = Optional.empty();
    private Optional<Topology> wanted = Optional.empty();
    private boolean switchAnswers = true;

    SimulatedHost(Cluster cluster, HostId id, Ipv4 underlay, Path directory, InMemoryHostNetwork.Fabric fabric) {
        this.cluster = cluster;
        this.id = id;
        this.underlay = underlay;
        this.directory = directory;
        this.network = new InMemoryHostNetwork(id, fabric);
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    HostId id() {
        return id;
    }

    Path directory() {
        return directory;
    }

    Witness witness() {
        return cluster.witness();
    }

    Scheduler scheduler() {
        return cluster.scheduler();
    }

    SimulatedDisks disks() {
        return disks;
    }

    /** The disk, without a question to the agent. */
    InMemoryVolumePool pool() {
        return pool;
    }

    /** Starts the agent; what it recovers first, its callers wait for. */
    void startAgent() {
        SimulatedProcess process = cluster.process("agent of " + id);
        agent = Optional.of(process);
        pool = pool.another(process);
        process.start("main", () -> {
            Registry registry = cluster.registry().client(process);
            SimulatedSwitch control = new SimulatedSwitch(this, process, network);
            TopologyKeeper topology = new TopologyKeeper(registry, control, process);
            service = Optional.of(new HostService(new HostContext(
                    id,
                    underlay,
                    directory,
                    registry,
                    new Owners(registry),
                    new InMemoryEvents(),
                    new SimulatedHypervisor(this, process),
                    Ports.pool(process, pool, cluster.mutant()),
                    disks.of(process),
                    control,
                    topology,
                    cluster.calls().by(process, id.value()),
                    cluster.clock(),
                    process)));
        });
    }

    void killAgent() {
        service = Optional.empty();
        agent.ifPresent(SimulatedProcess::kill);
        agent = Optional.empty();
    }

    Optional<SimulatedProcess> agent() {
        return agent;
    }

    /** The agent's answers, where it lives and has recovered. */
    Optional<HostService> service() {
        return service;
    }

    /** The living process of the VM here. */
    Optional<SimulatedGuest> guest() {
        return guest.filter(SimulatedGuest::alive);
    }

    SimulatedGuest startGuest(RunState first) {
        SimulatedProcess process = cluster.process("hypervisor of " + id);
        SimulatedGuest started = new SimulatedGuest(
                id, process, cluster.scheduler(), cluster.witness(), cluster.calls(), disks.seenBy(process), first);
        guest = Optional.of(started);
        cluster.trace().say("%s: the hypervisor's process starts, %s", id, first);
        process.atEnd(() -> cluster.trace().say("%s: the hypervisor's process is gone", id));
        List.copyOf(atNextGuest).forEach(action -> action.accept(started));
        atNextGuest.clear();
        return started;
    }

    /** Does something to the process of the VM here, or to the next one where there is none. */
    void withGuest(Consumer<SimulatedGuest> action) {
        guest().ifPresentOrElse(action, () -> atNextGuest.add(action));
    }

    int listen(SimulatedGuest listening) {
        return cluster.listen(listening);
    }

    Optional<SimulatedGuest> listener(int port) {
        return cluster.listener(port);
    }

    boolean switchAnswers() {
        return switchAnswers;
    }

    /** An agent keeps what it wants of its switch, and puts it there when the switch is back. */
    void wants(Topology topology) {
        wanted = Optional.of(topology);
    }

    void switchAnswers(boolean now) {
        switchAnswers = now;
        if (now && agent.isPresent()) {
            wanted.ifPresent(network::apply);
        }
    }

    boolean hasTap() {
        try {
            network.received(new PortId(Cluster.VM.value()));
            return true;
        } catch (OverlayException noSuchPort) {
            return false;
        }
    }

    /** What this host says it is to the VM; empty where it knows nothing of it. */
    String role() {
        Path file = directory.resolve(Cluster.VM.value()).resolve("role.json");
        try {
            return Files.exists(file) ? Files.readString(file) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Optional<Volume> volume() {
        return pool.find(Cluster.VM.value());
    }

    /** The memory of the VM, where it is suspended. */
    Optional<Volume> memory() {
        return pool.find(Cluster.VM + ".memory");
    }
}
