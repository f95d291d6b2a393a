package io.supercloud.migration.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.Cidr;
import io.supercloud.core.HostId;
import io.supercloud.core.ImageId;
import io.supercloud.core.InMemoryEvents;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Lease;
import io.supercloud.core.MacAddress;
import io.supercloud.core.MoveId;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.SiteId;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.core.VmId;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeState;
import io.supercloud.image.ledger.InMemoryLedgers;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.Links;
import io.supercloud.migration.MoveDriver;
import io.supercloud.migration.MoveJournal;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.MoveState;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.PortRecord;
import io.supercloud.migration.Protection;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.InMemoryGuest;
import io.supercloud.migration.hypervisor.InMemoryHypervisor.Exchange;
import io.supercloud.overlay.sdn.InMemoryHostNetwork;
import io.supercloud.overlay.sdn.Network;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/** Two hosts, a manager at a time, and one VM that runs on the first host; and what must hold when a move has ended. */
final class TestCluster implements AutoCloseable {
    static final VmId VM = new VmId("web");
    static final HostId EAST = new HostId("east");
    static final HostId WEST = new HostId("west");

    private static final ImageId IMAGE = new ImageId("small");
    private static final Ipv4 ADDRESS = Ipv4.parse("10.42.0.5");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    final InMemoryRegistry registry = new InMemoryRegistry();
    final InMemoryLedgers ledgers = new InMemoryLedgers();
    final VmSpec spec;
    final InMemoryEvents events = new InMemoryEvents();
    final InMemoryHostNetwork.Fabric fabric = new InMemoryHostNetwork.Fabric();
    final Exchange exchange = new Exchange();
    final WriteFaults writes = new WriteFaults();
    /** By how much the hosts' clocks are ahead of the machine's. */
    volatile Duration ahead = Duration.ZERO;

    private final Map<HostId, TestHost> hosts = new ConcurrentHashMap<>();
    final CallFaults calls = new CallFaults(hosts);
    private volatile Life manager = new Life();
    private volatile InMemoryRegistry managersRegistry = registry.another();

    TestCluster(Path directory) {
        this(directory, Protection.NONE);
    }

    TestCluster(Path directory, Protection protection) {
        spec = new VmSpec(
                VM,
                IMAGE,
                64,
                1,
                1 << 20,
                "blue",
                ADDRESS,
                MacAddress.of(ADDRESS),
                "pc-in-memory-1",
                "qemu64",
                "",
                protection);
        registry.create(
                Paths.network("blue"),
                Json.write(
                        new Network("blue", 7, Cidr.parse("10.42.0.0/16"), 1400, Optional.empty(), Optional.empty())));
        byte[] image = new byte[64 << 10];
        new SplittableRandom(11).nextBytes(image);
        int number = 1;
        for (HostId id : List.of(EAST, WEST)) {
            Ipv4 underlay = Ipv4.parse("127.0.0.1").plus(number++);
            registry.create(
                    Paths.host(id), Json.write(new HostRecord(id, new SiteId(id.value()), underlay, underlay, 1)));
            TestHost host = new TestHost(this, id, underlay, directory.resolve(id.value()));
            host.pool.withImage(IMAGE, image);
            hosts.put(id, host);
            host.startAgent();
        }
        registry.create(Paths.vm(VM), Json.write(new VmRecord(spec, VmRecord.Desired.RUNNING)));
        registry.create(
                Paths.port(VM.value()),
                Json.write(PortRecord.resting(VM.value(), "blue", MacAddress.of(ADDRESS), ADDRESS)));
        Owner owner = new Owners(registry).first(VM.value(), EAST);
        calls.of(EAST).call(new HostCall.RunVm(spec, owner));
        awaitProgress(EAST);
    }

    TestHost host(HostId id) {
        return hosts.get(id);
    }

    Owner owner() {
        return new Owners(registry).find(VM.value()).orElseThrow();
    }

    PortRecord port() {
        return Json.read(registry.read(Paths.port(VM.value())).orElseThrow(), PortRecord.class);
    }

    InMemoryGuest guest(HostId host) {
        return host(host).hypervisor.guest(VM).orElseThrow();
    }

    MoveDriver driver(Consumer<MoveDriver.Progress> listener) {
        Life life = manager;
        return new MoveDriver(
                life.port(Registry.class, writes.over(managersRegistry)),
                life.port(HostAgent.Directory.class, calls),
                InstantSource.system(),
                new VirtualThreadTasks(),
                progress -> {
                    life.require();
                    listener.accept(progress);
                    life.require();
                },
                Links.UNKNOWN,
                new Lease.Holder("manager", Integer.toHexString(System.identityHashCode(life))));
    }

    /** Moves the VM; where the manager is killed meanwhile, the next one goes on by the journal. */
    MoveRecord move(String id, HostId target) {
        return move(id, target, progress -> {});
    }

    MoveRecord move(String id, HostId target, Consumer<MoveDriver.Progress> listener) {
        MoveId move = new MoveId(id);
        try {
            return driver(listener).move(move, VM, target, "a test");
        } catch (Life.Over killed) {
            while (true) {
                try {
                    MoveRecord found = new MoveJournal(registry).find(move).orElseThrow();
                    return found.state().ended() ? found : driver(listener).finish(found);
                } catch (Life.Over again) {
                    assert manager != null;
                }
            }
        }
    }

    void restartManager() {
        manager.end();
        managersRegistry.close();
        managersRegistry = registry.another();
        manager = new Life();
    }

    /** The registry answers nobody for a while. */
    void registryAway(Duration howLong) {
        List<InMemoryRegistry> clients =
                List.of(managersRegistry, host(EAST).registry(), host(WEST).registry());
        clients.forEach(InMemoryRegistry::cutOff);
        Thread.ofVirtual().start(() -> {
            java.util.concurrent.locks.LockSupport.parkNanos(howLong.toNanos());
            clients.forEach(InMemoryRegistry::rejoin);
        });
    }

    /** Takes the VM's process away, as its user may. */
    void rest(Kind kind) {
        HostAgent agent = calls.of(owner().host());
        switch (kind) {
            case SUSPENDED -> agent.call(new HostCall.SuspendVm(VM, false));
            case COLD -> {
                Registry.Entry record = registry.read(Paths.vm(VM)).orElseThrow();
                registry.replace(record, Json.write(new VmRecord(spec, VmRecord.Desired.STOPPED)));
                agent.call(new HostCall.StopVm(VM, true));
            }
            case LIVE -> throw new IllegalArgumentException("a live VM does not rest");
        }
    }

    /** Lets a resting VM run where it is now, and waits until it does. */
    void wakeUp(Kind kind) {
        Owner owner = owner();
        HostAgent agent = calls.of(owner.host());
        if (kind == Kind.SUSPENDED) {
            agent.call(new HostCall.WakeVm(spec, owner));
        } else {
            Registry.Entry record = registry.read(Paths.vm(VM)).orElseThrow();
            registry.replace(record, Json.write(new VmRecord(spec, VmRecord.Desired.RUNNING)));
            agent.call(new HostCall.RunVm(spec, owner));
        }
        awaitProgress(owner.host());
        assertThat(exchange.violations()).isEmpty();
        requireNothingLost(owner.host());
    }

    void awaitProgress(HostId host) {
        long[] before = {-1};
        await().dontCatchUncaughtExceptions()
                .atMost(LIMIT)
                .pollInterval(Duration.ofMillis(5))
                .until(() -> {
                    Optional<InMemoryGuest> guest = host(host).hypervisor.guest(VM);
                    long now = guest.map(InMemoryGuest::counter).orElse(-1L);
                    boolean goesOn = before[0] > 0 && now > before[0];
                    before[0] = now;
                    return goesOn;
                });
    }

    /** What must hold after every move, whatever happened: told by what is there, not by what was answered. */
    void requireSound(MoveRecord ended) {
        boolean moved = ended.state() instanceof MoveState.Settled;
        HostId here = moved ? ended.order().target() : ended.order().source();
        HostId there = moved ? ended.order().source() : ended.order().target();
        assertThat(ended.state().ended()).isTrue();
        assertThat(owner())
                .isEqualTo(moved ? ended.order().after() : ended.order().before());
        awaitProgress(here);
        assertThat(exchange.violations()).isEmpty();
        requireNothingLost(here);
        assertThat(port()).isEqualTo(port().resting());
        await().dontCatchUncaughtExceptions().atMost(LIMIT).untilAsserted(() -> requireNothingLeft(host(there), moved));
        assertThat(host(here).hasTap(VM)).isTrue();
        assertThat(host(here).pool.find(VM.value()).orElseThrow().state())
                .isEqualTo(new VolumeState.Open(owner().epoch()));
        assertThat(guest(here).runState())
                .isEqualTo(io.supercloud.migration.hypervisor.VirtualMachine.RunState.RUNNING);
    }

    /** As {@link #requireSound}, for a VM without a process: it rests where it belongs to, and nowhere else. */
    void requireRests(MoveRecord ended, Kind kind) {
        boolean moved = ended.state() instanceof MoveState.Settled;
        HostId here = moved ? ended.order().target() : ended.order().source();
        HostId there = moved ? ended.order().source() : ended.order().target();
        assertThat(ended.state().ended()).isTrue();
        assertThat(ended.order().manner().kind()).isEqualTo(kind);
        assertThat(owner())
                .isEqualTo(moved ? ended.order().after() : ended.order().before());
        assertThat(port()).isEqualTo(port().resting());
        await().dontCatchUncaughtExceptions().atMost(LIMIT).untilAsserted(() -> {
            requireNothingLeft(host(there), moved);
            assertThat(host(there).pool.names()).doesNotContain(VmVolumes.memory(VM));
            assertThat(host(here).hypervisor.guest(VM)).isEmpty();
            assertThat(host(here).hasTap(VM)).isFalse();
            assertThat(host(here).pool.names().contains(VmVolumes.memory(VM))).isEqualTo(kind == Kind.SUSPENDED);
            assertThat(host(here).pool.find(VM.value()).orElseThrow().state().epoch())
                    .isEqualTo(owner().epoch());
        });
        requireNothingLost(here);
    }

    void requireNothingLost(HostId here) {
        Map<Long, Long> acknowledged = exchange.acknowledged();
        Volume volume = host(here).pool.find(VM.value()).orElseThrow();
        acknowledged.forEach((block, number) -> {
            ByteBuffer found = ByteBuffer.allocate(Volume.BLOCK_BYTES);
            volume.read(block * Volume.BLOCK_BYTES, found);
            assertThat(found.getLong(0)).as("block %d", block).isGreaterThanOrEqualTo(number);
        });
    }

    private static void requireNothingLeft(TestHost other, boolean moved) {
        assertThat(other.hypervisor.guest(VM)).as("a process at %s", other.id).isEmpty();
        assertThat(other.hasTap(VM)).as("a tap at %s", other.id).isFalse();
        assertThat(other.hasExport(VM)).as("an export at %s", other.id).isFalse();
        Optional<Volume> volume = other.pool.find(VM.value());
        if (moved) {
            assertThat(volume.map(Volume::state).filter(state -> !(state instanceof VolumeState.Retired)))
                    .as("a volume at %s that is more than a cache", other.id)
                    .isEmpty();
        } else {
            assertThat(volume).as("a volume at %s", other.id).isEmpty();
            assertThat(other.hasRole(VM)).as("a role at %s", other.id).isFalse();
        }
    }

    @Override
    public void close() {
        manager.end();
        hosts.values().forEach(TestHost::close);
        registry.close();
    }
}
