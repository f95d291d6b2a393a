package io.supercloud.migration.simulation;

import io.supercloud.core.Cidr;
import io.supercloud.core.HostId;
import io.supercloud.core.ImageId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.MoveId;
import io.supercloud.core.Owner;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.MoveJournal;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.PortRecord;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.VmSpec;
import io.supercloud.overlay.sdn.InMemoryHostNetwork;
import io.supercloud.overlay.sdn.Network;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Two hosts, a manager, a registry and one VM, all in one scheduler's hand. */
final class Cluster {
    static final VmId VM = new VmId("web");
    static final HostId EAST = new HostId("east");
    static final HostId WEST = new HostId("west");

    private static final ImageId IMAGE = new ImageId("small");
    private static final int IMAGE_BYTES = 64 << 10;
    private static final Ipv4 ADDRESS = Ipv4.parse("10.42.0.5");
    static final VmSpec SPEC =
            new VmSpec(VM, IMAGE, 64, 1, 1 << 20, "blue", ADDRESS, MacAddress.of(ADDRESS), "pc-simulated-1", "qemu64");

    private final Scheduler scheduler;
    private final Mutant mutant;
    private final Trace trace;
    private final SimulatedRegistry registry;
    private final SimulatedCalls calls;
    private final Witness witness;
    private final SimulatedManager manager;
    private final Map<String, SimulatedHost> hosts = new TreeMap<>();
    private final List<SimulatedGuest> listening = new ArrayList<>();
    private int processes;
    private long sealedAtEpoch;

    Cluster(long seed, Mutant mutant, Path directory) {
        this.scheduler = new Scheduler(seed);
        this.mutant = mutant;
        this.trace = new Trace(scheduler);
        this.registry = new SimulatedRegistry(scheduler, trace, mutant);
        this.calls = new SimulatedCalls(this);
        this.witness = new Witness(this::owner, trace::violated);
        this.manager = new SimulatedManager(this);
        InMemoryRegistry store = registry.store();
        store.create(
                Paths.network("blue"),
                Json.write(
                        new Network("blue", 7, Cidr.parse("10.42.0.0/16"), 1400, Optional.empty(), Optional.empty())));
        byte[] image = new byte[IMAGE_BYTES];
        new SplittableRandom(11).nextBytes(image);
        InMemoryHostNetwork.Fabric fabric = new InMemoryHostNetwork.Fabric();
        int number = 1;
        for (HostId id : List.of(EAST, WEST)) {
            Ipv4 underlay = Ipv4.parse("127.0.0.1").plus(number++);
            store.create(Paths.host(id), Json.write(new HostRecord(id, new SiteId(id.value()), underlay, underlay, 1)));
            SimulatedHost host = new SimulatedHost(this, id, underlay, directory.resolve(id.value()), fabric);
            host.pool().withImage(IMAGE, image);
            hosts.put(id.value(), host);
        }
        store.create(Paths.vm(VM), Json.write(new VmRecord(SPEC, VmRecord.Desired.RUNNING)));
        store.create(
                Paths.port(VM.value()),
                Json.write(PortRecord.resting(VM.value(), "blue", MacAddress.of(ADDRESS), ADDRESS)));
        new Owners(store).first(VM.value(), EAST);
    }

    /** Starts all, and the VM. */
    void start() {
        hosts.values().forEach(SimulatedHost::startAgent);
        manager.start();
        SimulatedProcess user = process("user");
        user.start(
                "first run",
                () -> calls.by(user, SimulatedManager.PLACE).of(EAST).call(new HostCall.RunVm(SPEC, owner())));
    }

    SimulatedProcess process(String name) {
        return new SimulatedProcess(scheduler, name, ++processes, trace::violated);
    }

    Scheduler scheduler() {
        return scheduler;
    }

    SplittableRandom random() {
        return scheduler.random();
    }

    InstantSource clock() {
        return () -> Instant.EPOCH.plusNanos(scheduler.nowNanos());
    }

    Mutant mutant() {
        return mutant;
    }

    Trace trace() {
        return trace;
    }

    SimulatedRegistry registry() {
        return registry;
    }

    SimulatedCalls calls() {
        return calls;
    }

    Witness witness() {
        return witness;
    }

    SimulatedManager manager() {
        return manager;
    }

    SimulatedHost host(HostId id) {
        return hosts.get(id.value());
    }

    /** The owner as the registry has it. */
    Owner owner() {
        return new Owners(registry.store()).find(VM.value()).orElseThrow();
    }

    PortRecord port() {
        return Json.read(registry.store().read(Paths.port(VM.value())).orElseThrow(), PortRecord.class);
    }

    /** A move as the journal has it. */
    Optional<MoveRecord> journalled(MoveId move) {
        return new MoveJournal(registry.store()).find(move);
    }

    void moved(MoveRecord record) {
        trace.sayOnce("move %s: %s".formatted(record.order().move(), record.state()));
    }

    int listen(SimulatedGuest guest) {
        listening.add(guest);
        return listening.size();
    }

    Optional<SimulatedGuest> listener(int port) {
        return Optional.of(listening.get(port - 1)).filter(SimulatedGuest::alive);
    }

    /** Notes that the target was told of the seal of the volume at an epoch. */
    void sealed(long epoch) {
        sealedAtEpoch = epoch;
    }

    /** Whether the disk takes no writes any more at an epoch, so that a guest who goes on there is stopped. */
    boolean sealedAt(long epoch) {
        return sealedAtEpoch == epoch;
    }
}
