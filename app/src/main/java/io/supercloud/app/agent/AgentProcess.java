package io.supercloud.app.agent;

import io.supercloud.app.rpc.CallTypes;
import io.supercloud.app.rpc.RemoteHosts;
import io.supercloud.cluster.Identity;
import io.supercloud.cluster.JoinClient;
import io.supercloud.cluster.PeerIdentity;
import io.supercloud.cluster.Role;
import io.supercloud.cluster.RpcClient;
import io.supercloud.cluster.RpcServer;
import io.supercloud.cluster.ZooKeeperEvents;
import io.supercloud.cluster.ZooKeeperRegistry;
import io.supercloud.core.Event;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.Tasks;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.image.ImageStore;
import io.supercloud.image.LocalVolumePool;
import io.supercloud.image.NbdServer;
import io.supercloud.image.Replication;
import io.supercloud.image.VolumePool;
import io.supercloud.image.ledger.NoLedgers;
import io.supercloud.image.object.Archives;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.StubRecord;
import io.supercloud.migration.agent.HostContext;
import io.supercloud.migration.agent.HostService;
import io.supercloud.migration.agent.TopologyKeeper;
import io.supercloud.migration.hypervisor.AcceleratorProbe;
import io.supercloud.migration.hypervisor.QemuHypervisor;
import io.supercloud.migration.hypervisor.StreamCredentials;
import io.supercloud.overlay.sdn.EncryptedTunnels;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.overlay.sdn.OvsHostNetwork;
import io.supercloud.overlay.sdn.StubTouch;
import io.supercloud.stubs.StubGateway;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Wires the parts of one host together and runs until it is killed; VMs and the switch go on without it. */
public final class AgentProcess {
    /** The TCP port of agents' calls on the underlay. */
    public static final int RPC_PORT = 7070;
    /** Where the host keeps journals of others' disks. */
    public static final int LEDGERS_PORT = AgentLedgers.PORT;

    /** The TCP port at which the disks of a host are read over NBD, under TLS; the protocol's own. */
    public static final int DISKS_PORT = 10809;

    private static final String VMS = "vms";

    public static final String QEMU = "qemu-system-x86_64";

    private static final Logger log = LoggerFactory.getLogger(AgentProcess.class);

    private final AgentEnvironment environment;
    private final Registry registry;
    private final ZooKeeperEvents events;
    private final OvsHostNetwork network;
    private final InstantSource clock = InstantSource.system();
    private final Tasks tasks = new VirtualThreadTasks();

    private AgentProcess(AgentEnvironment environment, Identity identity) {
        this.environment = environment;
        ZooKeeperRegistry connected = ZooKeeperRegistry.connect(
                new ZooKeeperRegistry.Config(environment.registry(), environment.deployment(), identity));
        this.registry = connected;
        this.events = new ZooKeeperEvents(connected);
        this.network = new OvsHostNetwork(new OvsHostNetwork.Config(
                environment.host(),
                environment.ovsdb(),
                environment.ovsdb().resolveSibling("supercloud.sock"),
                environment.userspaceDatapath()));
        try {
            serve(identity);
        } catch (IOException e) {
            throw new MigrationException(
                    "the agent cannot use %s: %s".formatted(environment.directory(), e.getMessage()), e);
        }
    }

    public static void main(String[] arguments) throws InterruptedException, IOException {
        AgentEnvironment environment = AgentEnvironment.of(System.getenv());
        Files.createDirectories(environment.directory().resolve(VMS));
        AgentProcess process = new AgentProcess(environment, identity(environment));
        process.tasks.giveWay(Duration.ZERO); // the first time takes long
        log.info("agent of {} is ready", process.environment.host());
        new CountDownLatch(1).await();
    }

    private static Identity identity(AgentEnvironment environment) {
        Path directory = environment.directory().resolve("identity");
        if (Files.isDirectory(directory)) {
            return Identity.load(directory);
        }
        return JoinClient.join(
                        environment.joinAddress().getHostString(),
                        environment.joinAddress().getPort(),
                        environment.authorityFingerprint(),
                        environment.joinToken(),
                        environment.host().value())
                .store(directory);
    }

    private void serve(Identity identity) throws IOException {
        Ipv4 underlay = underlayAddress();
        RemoteHosts hosts = new RemoteHosts(registry, new RpcClient(identity, CallTypes.all()));
        TopologyKeeper topology = new TopologyKeeper(registry, network, tasks);
        VolumePool volumes = volumes(underlay);
        HostService service = new HostService(new HostContext(
                environment.host(),
                underlay,
                environment.directory().resolve(VMS),
                registry,
                new Owners(registry),
                events,
                new QemuHypervisor(
                        QEMU,
                        environment.directory().resolve(VMS),
                        AcceleratorFile.load(
                                environment.machineCache(),
                                environment.probe(),
                                QEMU,
                                environment.userspaceDatapath()
                                        ? AcceleratorProbe.LIMIT
                                        : AcceleratorProbe.EMULATED_LIMIT),
                        Optional.of(streamCredentials(identity))),
                volumes,
                new NbdServer(),
                network,
                topology,
                hosts,
                clock,
                tasks));
        Optional<EncryptedTunnels> encrypted = encryptedTunnels();
        followStubs();
        new NoticeWatch(environment.host(), registry, tasks).start();
        RpcServer.start(
                new InetSocketAddress(underlay.toString(), RPC_PORT),
                identity,
                CallTypes.all(),
                (request, caller) -> answer(service, request, caller));
        DiskAccess.listen(new InetSocketAddress(underlay.toString(), DISKS_PORT), identity, volumes);
        register(new HostRecord(
                environment.host(),
                environment.site(),
                underlay,
                environment.tunnels().orElse(underlay),
                RPC_PORT,
                encrypted.map(EncryptedTunnels::publicKey)));
    }

    private Optional<EncryptedTunnels> encryptedTunnels() {
        if (!environment.encrypted()) {
            return Optional.empty();
        }
        EncryptedTunnels tunnels = new EncryptedTunnels(
                environment.tunnels().orElseThrow(), environment.directory().resolve("tunnels"));
        registry.watch(
                Paths.HOSTS,
                entries -> tunnels.follow(entries.values().stream()
                        .map(entry -> Json.read(entry, HostRecord.class))
                        .filter(record -> !record.host().equals(environment.host()))
                        .flatMap(record -> record
                                .tunnelKey()
                                .map(key -> new EncryptedTunnels.Peer(key, record.underlay(), record.tunnels()))
                                .stream())
                        .toList()));
        return Optional.of(tunnels);
    }

    private VolumePool volumes(Ipv4 underlay) {
        Path directory = environment.directory().resolve("volumes");
        Optional<Archives> archives = environment.archives();
        ImageStore images = new ImageStore(
                environment.objects(), archives.map(Archives::ownFirst).orElse(List.of()));
        return AgentLedgers.start(environment, underlay.toString(), tasks)
                .or(() -> archives.map(_ -> new NoLedgers()))
                .map(ledgers -> new LocalVolumePool(
                        directory,
                        images,
                        environment.pools(),
                        new Replication(
                                registry,
                                ledgers,
                                environment.host(),
                                archives,
                                environment.pools().archive())))
                .orElseGet(() -> new LocalVolumePool(directory, images, environment.pools()));
    }

    private StreamCredentials streamCredentials(Identity identity) {
        Path directory = environment.directory().resolve("streams");
        identity.storeForStreams(directory);
        return new StreamCredentials(directory, host -> new PeerIdentity(Role.AGENT, host.value()).distinguishedName());
    }

    /** The address from which the manager is reached is the one at which others reach this host. */
    private Ipv4 underlayAddress() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(environment.joinAddress());
            return Ipv4.parse(socket.getLocalAddress().getHostAddress());
        }
    }

    private static Object answer(HostService service, Object request, PeerIdentity caller) {
        if (caller.role() != Role.MANAGER && caller.role() != Role.AGENT) {
            throw new MigrationException("%s may not call an agent".formatted(caller));
        }
        if (!(request instanceof HostCall<?> call)) {
            throw new MigrationException(
                    "an agent does not answer %s".formatted(request.getClass().getSimpleName()));
        }
        return service.handle(call);
    }

    private void followStubs() {
        StubGateway gateway = new StubGateway(environment.site(), network);
        registry.watch(
                Paths.STUBS,
                entries -> gateway.follow(
                        entries.values().stream()
                                .map(entry -> Json.read(entry, StubRecord.class))
                                .toList(),
                        networks()));
        network.onStubTouched(this::tellTouch);
    }

    private List<Network> networks() {
        return registry.children(Paths.NETWORKS).values().stream()
                .map(entry -> Json.read(entry, Network.class))
                .toList();
    }

    private void tellTouch(StubTouch touch) {
        try {
            events.publish(new Event(
                    clock.instant(),
                    "stub.touched",
                    touch.port().value(),
                    "VM %s wants stub %s".formatted(touch.port().value(), touch.stub()),
                    Map.of("stub", touch.stub(), "host", environment.host().value())));
        } catch (RegistryException e) {
            log.warn("a touch of stub {} is not told; the client tries again: {}", touch.stub(), e.getMessage());
        }
    }

    private void register(HostRecord record) {
        String path = Paths.host(environment.host());
        registry.read(path)
                .ifPresentOrElse(
                        known -> registry.replace(known, Json.write(record)),
                        () -> registry.create(path, Json.write(record)));
        new AliveLease(registry, Paths.alive(environment.host()), Json.write(record)).keep();
    }
}
