package io.supercloud.app.manager;

import io.supercloud.app.config.ConfigReader;
import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.core.Event;
import io.supercloud.core.HostId;
import io.supercloud.core.ImageId;
import io.supercloud.core.InMemoryEvents;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Lease;
import io.supercloud.core.MacAddress;
import io.supercloud.core.Owner;
import io.supercloud.core.SiteId;
import io.supercloud.core.Tasks;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostNotice;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.Protection;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.VmSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** The manager's parts over a registry in memory, with three hosts whose agents do what they are asked. */
final class ManagedCluster implements AutoCloseable {
    static final HostId AMBER = new HostId("host-amber-1");
    static final HostId BIRCH = new HostId("host-birch-1");
    static final HostId CEDAR = new HostId("host-cedar-1");
    static final int MEMORY_MIB = 64;

    private static final String CONFIG = """
            deployment: managed
            accounts: {home: {provider: local}, away: {provider: local, quota: {memory: 128MiB}}}
            sites:
              amber-1: {account: home, region: us-east-1, zone: us-east-1a, instanceType: local.medium}
              birch-1: {account: away, region: us-east-1, zone: us-east-1b, instanceType: local.medium}
              cedar-1: {account: home, region: us-east-1, zone: us-east-1c, instanceType: local.medium}
            links:
              - {between: [amber-1, birch-1], rtt: 20ms, bandwidth: 300Mbit}
            offers:
              - {site: amber-1, cloud: aws, instanceType: cc2.8xlarge, spot: 0.27, onDemand: 2.40}
              - {site: birch-1, cloud: aws, instanceType: cc2.8xlarge, spot: 0.27, onDemand: 2.40}
              - {site: cedar-1, cloud: aws, instanceType: cc2.8xlarge, spot: 1.33, onDemand: 2.40}
            network: {name: tenant, vni: 79, subnet: 10.79.0.0/16}
            """;

    final InMemoryRegistry registry = new InMemoryRegistry();
    final List<Event> told = new CopyOnWriteArrayList<>();
    final ObligingAgents agents = new ObligingAgents(registry, () -> this.now);
    final DeploymentConfig config;
    final DeploymentDirectory directory;
    final AliveHosts alive = new AliveHosts(registry);
    final Vms vms;
    final ConfiguredLinks links;
    final Standbys standbys;
    final Metrics metrics;
    final Moves moves;
    final Evacuations evacuations;
    final List<Duration> pauses = new CopyOnWriteArrayList<>();
    final InMemoryEvents events = new InMemoryEvents();
    private volatile Instant now = Instant.parse("2026-01-31T12:00:00Z");

    ManagedCluster(Path folder) {
        this(folder, "");
    }

    /** @param more keys of the configuration */
    ManagedCluster(Path folder, String more) {
        config = ConfigReader.parse("managed.yaml", CONFIG + more);
        links = new ConfiguredLinks(config, registry);
        standbys = new Standbys(config, registry, agents, () -> this.now);
        metrics = new Metrics(registry, agents, standbys, () -> this.now);
        directory = new DeploymentDirectory(folder);
        InstantSource clock = () -> now;
        vms = new Vms(config, registry, agents, new Images(config, directory), standbys, clock);
        moves = new Moves(links, registry, events, clock, agents, vms, metrics, new Lease.Holder("manager", "1"));
        evacuations = new Evacuations(
                registry, agents, vms, new SlicePolicies(config), moves, links, metrics, clock, new Pausing());
        events.follow(0, numbered -> told.add(numbered.event()));
        int number = 1;
        for (HostId host : List.of(AMBER, BIRCH, CEDAR)) {
            Ipv4 underlay = Ipv4.parse("127.0.0.1").plus(number++);
            SiteId site = new SiteId(host.value().replace("host-", ""));
            byte[] record = Json.write(new HostRecord(host, site, underlay, underlay, 1));
            registry.create(Paths.host(host), record);
            registry.createLease(Paths.alive(host), record);
        }
    }

    /** Pauses are noted, and over at once; the cluster's clock has them. */
    private final class Pausing implements Tasks {
        private final Tasks real = new VirtualThreadTasks();

        @Override
        public long nanoTime() {
            return real.nanoTime();
        }

        @Override
        public void sleep(Duration duration) {
            pauses.add(duration);
            now = now.plus(duration);
        }

        @Override
        public void start(String name, Runnable task) {
            real.start(name, task);
        }

        @Override
        public Mutex newMutex() {
            return real.newMutex();
        }
    }

    /** A VM on a host, as its user wants it. */
    VmId vm(String name, HostId host, VmRecord.Desired desired) {
        return vm(name, host, desired, Protection.NONE);
    }

    VmId vm(String name, HostId host, VmRecord.Desired desired, Protection protection) {
        Ipv4 address = vms.freeAddress();
        VmSpec spec = new VmSpec(
                new VmId(name),
                new ImageId("guest"),
                MEMORY_MIB,
                1,
                1 << 20,
                "tenant",
                address,
                MacAddress.of(address),
                "pc-q35-10.0",
                "Nehalem",
                "",
                protection);
        vms.create(new VmRecord(spec, desired), new Owner(host, 1));
        return spec.id();
    }

    VmSpec spec(VmId vm) {
        return Json.read(vms.record(vm), VmRecord.class).spec();
    }

    Instant now() {
        return now;
    }

    /** Time passes. */
    void pass(Duration time) {
        now = now.plus(time);
    }

    HostId hostOf(VmId vm) {
        return new Owners(registry).find(vm.value()).orElseThrow().host();
    }

    /** Its cloud says that it ends so long from now. */
    void notice(HostId host, Duration left) {
        registry.create(Paths.notice(host), Json.write(new HostNotice(host, now.plus(left))));
    }

    /** Its lease ends. */
    void lose(HostId host) {
        registry.delete(registry.read(Paths.alive(host)).orElseThrow());
    }

    /** A manager's part, over this cluster. */
    HostLosses losses() {
        return new HostLosses(registry, agents, vms, moves, () -> now, new Pausing());
    }

    /** How often an event of a kind was told. */
    long told(String kind, HostId subject) {
        return told.stream()
                .filter(event -> event.kind().equals(kind) && event.subject().equals(subject.value()))
                .count();
    }

    @Override
    public void close() {
        registry.close();
    }
}
