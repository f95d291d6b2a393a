package io.supercloud.app.manager;

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
import io.supercloud.migration.Paths;
import io.supercloud.overlay.cloud.HostLauncher;
import io.supercloud.overlay.cloud.ssh.SshKeys;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
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

        HostLauncher launcher = launcher(config, directory, registry, authority, clock);
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

    private static HostLauncher launcher(
            DeploymentConfig config,
            DeploymentDirectory directory,
            Registry registry,
            CertificateAuthority authority,
            InstantSource clock) {
        return new HostLauncher(
                registry,
                Accounts.open(config, directory, authority.fingerprint(), clock),
                SshKeys.loadOrCreate(directory.sshKeys()),
                clock,
                new VirtualThreadTasks());
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
}
