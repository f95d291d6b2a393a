package io.supercloud.app.manager;

import io.supercloud.app.agent.AcceleratorFile;
import io.supercloud.app.agent.AgentProcess;
import io.supercloud.app.config.ConfigReader;
import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.registry.RegistryProcess;
import io.supercloud.app.rpc.CallTypes;
import io.supercloud.app.rpc.RemoteHosts;
import io.supercloud.cluster.CertificateAuthority;
import io.supercloud.cluster.Identity;
import io.supercloud.cluster.JoinServer;
import io.supercloud.cluster.JoinTokens;
import io.supercloud.cluster.RpcClient;
import io.supercloud.cluster.ZooKeeperEvents;
import io.supercloud.cluster.ZooKeeperRegistry;
import io.supercloud.core.Lease;
import io.supercloud.core.Registry;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Paths;
import io.supercloud.migration.hypervisor.Accelerator;
import io.supercloud.overlay.cloud.Cloud;
import io.supercloud.overlay.cloud.HostLauncher;
import io.supercloud.overlay.cloud.local.LocalAccount;
import io.supercloud.overlay.cloud.local.LocalClouds;
import io.supercloud.overlay.cloud.local.LocalZone;
import io.supercloud.overlay.cloud.local.MachineImage;
import io.supercloud.overlay.cloud.ssh.SshKeys;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wires the manager and runs until it is killed. Arguments: deployment directory, own address, agent bundle, own name.
 *
 * <p>Of several managers one leads; the others do nothing but wait for its place. One that has lost it ends at once, and its
 * supervisor starts it again, as one who waits.
 */
public final class ManagerProcess {
    private static final Logger log = LoggerFactory.getLogger(ManagerProcess.class);
    /** Instances that one local zone gives out; enough for any test, few enough to notice a leak. */
    private static final int LOCAL_CAPACITY = 64;

    private static final Duration CERTIFICATE_VALIDITY = Duration.ofDays(365);
    /** The exit code of a manager that does not lead any more. */
    private static final int LOST_LEAD = 3;

    private ManagerProcess() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        DeploymentDirectory directory = new DeploymentDirectory(Path.of(arguments[0]));
        String address = arguments[1];
        DeploymentConfig config = ConfigReader.read(directory.config());
        Identity identity = Identity.load(directory.identity("manager"));
        CertificateAuthority authority = CertificateAuthority.load(directory.authority());
        InstantSource clock = InstantSource.system();

        ZooKeeperRegistry registry = ZooKeeperRegistry.connect(
                new ZooKeeperRegistry.Config(address + ":" + RegistryProcess.PORT, config.name(), identity));
        Lease.Holder me = new Lease.Holder(
                arguments[3], Long.toString(ProcessHandle.current().pid()) + "." + clock.millis());
        Leadership leadership = new Leadership(registry, me, new VirtualThreadTasks());
        log.info("{} waits for its turn to lead {}", me.name(), config.name());
        leadership.await();
        leadership.keep(() -> Runtime.getRuntime().halt(LOST_LEAD));
        ZooKeeperEvents events = new ZooKeeperEvents(registry);
        RemoteHosts hosts = new RemoteHosts(registry, new RpcClient(identity, CallTypes.all()));
        JoinTokens tokens = new JoinTokens(registry, Clock.systemUTC());
        JoinServer.start(
                new InetSocketAddress(address, Fleet.JOIN_PORT), identity, authority, tokens, CERTIFICATE_VALIDITY);
        publish(config, registry);

        HostLauncher launcher = new HostLauncher(
                registry,
                accounts(config, directory),
                SshKeys.loadOrCreate(directory.sshKeys()),
                clock,
                new VirtualThreadTasks());
        Fleet fleet =
                new Fleet(config, directory, registry, launcher, tokens, authority, Path.of(arguments[2]), address);
        Images images = new Images(config, directory);
        Standbys standbys = new Standbys(config, registry, hosts, clock);
        Vms vms = new Vms(config, registry, hosts, images, standbys, clock);
        ConfiguredLinks links = new ConfiguredLinks(config, registry);
        Metrics metrics = new Metrics(registry, hosts, standbys, clock);
        Moves moves = new Moves(links, registry, events, clock, hosts, vms, metrics, me);
        VmLife life = new VmLife(registry, hosts, clock, vms, moves);
        new StubWatch(registry, events, vms, moves, clock);
        Evacuations evacuations = new Evacuations(
                registry,
                hosts,
                vms,
                new SlicePolicies(config),
                moves,
                links,
                metrics,
                clock,
                new VirtualThreadTasks());
        new ControlServer(
                directory.controlSocket(),
                new Control(
                        config,
                        directory,
                        registry,
                        events,
                        hosts,
                        fleet,
                        images,
                        vms,
                        moves,
                        evacuations,
                        life,
                        metrics));
        evacuations.followNotices();
        new HostLosses(registry, hosts, vms, moves, clock, new VirtualThreadTasks()).follow();
        new IdleWatch(registry, hosts, life, clock, new VirtualThreadTasks()).start();
        standbys.start(new VirtualThreadTasks());
        new ScrubWatch(registry, life, moves, clock, config.scrubEvery()).start(new VirtualThreadTasks());
        new SweepWatch(launcher, config.name()).start(new VirtualThreadTasks());
        MarketLoop.start(config, directory, registry, vms, moves, clock, new VirtualThreadTasks());
        moves.resume();
        log.info("{} leads {}", me.name(), config.name());
        new CountDownLatch(1).await();
    }

    /** What agents need of the configuration. */
    private static void publish(DeploymentConfig config, Registry registry) {
        put(registry, Paths.network(config.network().name()), Json.write(config.network()));
        config.stubs().forEach(stub -> put(registry, Paths.stub(stub.name()), Json.write(stub)));
    }

    private static void put(Registry registry, String path, byte[] value) {
        registry.read(path)
                .ifPresentOrElse(known -> registry.replace(known, value), () -> registry.create(path, value));
    }

    private static Map<String, Cloud> accounts(DeploymentConfig config, DeploymentDirectory directory) {
        Map<String, Cloud> clouds = new LinkedHashMap<>();
        for (DeploymentConfig.Account account : config.accounts().values()) {
            clouds.put(
                    account.name(),
                    switch (account.provider()) {
                        case LOCAL, LOCAL_VM -> LocalClouds.open(localAccount(account.name(), config, directory));
                    });
        }
        return clouds;
    }

    static LocalAccount localAccount(String name, DeploymentConfig config, DeploymentDirectory directory) {
        List<LocalZone> zones = config.sites().stream()
                .filter(site -> site.account().equals(name))
                .map(site -> new LocalZone(site.zone(), site.index(), LOCAL_CAPACITY))
                .toList();
        Optional<MachineImage> machines = config.accounts().get(name).provider() == DeploymentConfig.Provider.LOCAL_VM
                ? Optional.of(machineImage())
                : Optional.empty();
        return new LocalAccount(name, directory.account(name), zones, machines);
    }

    /** The host image of this installation, under KVM where it was found to work. */
    private static MachineImage machineImage() {
        Path home = Path.of(System.getProperty("supercloud.home"));
        try {
            Accelerator accelerator = AcceleratorFile.load(home, home.resolve("probe"), AgentProcess.QEMU);
            return new MachineImage(
                    home.resolve("host-kvm.qcow2"), accelerator.name().toLowerCase(Locale.ROOT));
        } catch (IOException e) {
            throw new MigrationException("it cannot be found out whether KVM works here: " + e.getMessage(), e);
        }
    }
}
