package io.supercloud.app.manager;

import io.supercloud.app.agent.AgentEnvironment;
import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.DeploymentConfig.Site;
import io.supercloud.app.registry.RegistryProcess;
import io.supercloud.cluster.CertificateAuthority;
import io.supercloud.cluster.JoinTokens;
import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Registry;
import io.supercloud.core.SiteId;
import io.supercloud.core.SupercloudException;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Paths;
import io.supercloud.overlay.cloud.AgentBundle;
import io.supercloud.overlay.cloud.HostLauncher;
import io.supercloud.overlay.cloud.LaunchOrder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The hosts of the deployment: one at each site. */
final class Fleet {
    /** All local hosts share one machine's processors: their agents compile quickly rather than well. */
    private static final String QUICK_COMPILER = "SUPERCLOUD_TIER";

    static final int JOIN_PORT = 7071;
    private static final Duration JOIN_LIMIT = Duration.ofMinutes(2);
    /** Of a host that may be emulated. */
    private static final Duration MACHINE_JOIN_LIMIT = Duration.ofMinutes(5);

    private static final Ipv4 TUNNELS = Ipv4.parse("100.64.0.0");
    private static final Path HOST_IMAGES = Path.of("/var/lib/supercloud/images");
    private static final Duration TOKEN_VALIDITY = Duration.ofMinutes(15);

    private final DeploymentConfig config;
    private final DeploymentDirectory directory;
    private final Registry registry;
    private final HostLauncher launcher;
    private final JoinTokens tokens;
    private final CertificateAuthority authority;
    private final Path bundle;
    private final String managerAddress;

    Fleet(
            DeploymentConfig config,
            DeploymentDirectory directory,
            Registry registry,
            HostLauncher launcher,
            JoinTokens tokens,
            CertificateAuthority authority,
            Path bundle,
            String managerAddress) {
        this.config = config;
        this.directory = directory;
        this.registry = registry;
        this.launcher = launcher;
        this.tokens = tokens;
        this.authority = authority;
        this.bundle = bundle;
        this.managerAddress = managerAddress;
    }

    static HostId hostOf(SiteId site) {
        return new HostId("host-" + site);
    }

    /** Launches every host that is not alive, side by side; on a failure the others go on, and the first error is thrown. */
    void launch(Consumer<String> progress) {
        launcher.sweep(config.name()).forEach(progress);
        Map<String, Registry.Entry> alive = registry.children(Paths.ALIVE);
        List<CompletableFuture<Void>> launches = new ArrayList<>();
        for (Site site : config.sites()) {
            HostId host = hostOf(site.id());
            if (!alive.containsKey(host.value())) {
                launches.add(
                        CompletableFuture.runAsync(() -> launch(site, host, progress), Thread::startVirtualThread));
            }
        }
        try {
            CompletableFuture.allOf(launches.toArray(CompletableFuture[]::new)).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof SupercloudException known
                    ? known
                    : new MigrationException("a host could not be launched: " + e.getCause(), e.getCause());
        }
    }

    private void launch(Site site, HostId host, Consumer<String> progress) {
        Map<String, String> environment = new HashMap<>(AgentEnvironment.variables(
                config.name(),
                host,
                site.id(),
                images(site),
                config.pools(),
                managerAddress + ":" + RegistryProcess.PORT,
                config.ledgers(),
                config.objects(),
                managerAddress + ":" + JOIN_PORT,
                tokens.issue(host.value(), TOKEN_VALIDITY),
                authority.fingerprint()));
        if (config.accounts().get(site.account()).ec2().isEmpty()) {
            environment.put(QUICK_COMPILER, "1");
        }
        config.objects().values().forEach(store -> environment.putAll(store.environment()));
        if (namespaces(site)) {
            environment.put(AgentEnvironment.MACHINE_CACHE, bundle.getParent().toString());
        } else {
            environment.put(AgentEnvironment.TUNNEL_ADDRESS, tunnelAddress(site).toString());
        }
        registry.read(Paths.notice(host)).ifPresent(registry::delete);
        registry.read(Paths.hint(host)).ifPresent(registry::delete);
        launcher.launch(
                new LaunchOrder(
                        config.name(),
                        host,
                        site.account(),
                        site.id(),
                        site.zone(),
                        site.instanceType(),
                        site.spot(),
                        new AgentBundle(bundle, environment)),
                line -> progress.accept(site.id() + ": " + line));
        awaitJoin(host, namespaces(site) ? JOIN_LIMIT : MACHINE_JOIN_LIMIT);
        progress.accept("%s: host %s has joined".formatted(site.id(), host));
    }

    /** Where a host keeps the images of its site: what local hosts share is a directory of this machine. */
    private Path images(Site site) {
        return namespaces(site) ? directory.objects(site.id()) : HOST_IMAGES;
    }

    /** Whether its host is a namespace of this machine, and not a machine of its own. */
    private boolean namespaces(Site site) {
        return config.accounts().get(site.account()).provider() == DeploymentConfig.Provider.LOCAL;
    }

    /** In the range of RFC 6598, which no cloud's private network uses. */
    private static Ipv4 tunnelAddress(Site site) {
        return new Ipv4(TUNNELS.bits() + site.index());
    }

    private void awaitJoin(HostId host, Duration limit) {
        CountDownLatch joined = new CountDownLatch(1);
        try (Registry.Subscription ignored = registry.watch(Paths.ALIVE, entries -> {
            if (entries.containsKey(host.value())) {
                joined.countDown();
            }
        })) {
            if (!joined.await(limit.toSeconds(), TimeUnit.SECONDS)) {
                throw new MigrationException(
                        "host %s was launched, but its agent did not join within %d s; see agent.log in its instance directory, or in /opt/supercloud on a host of its own"
                                .formatted(host, limit.toSeconds()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationException("interrupted while host %s joined".formatted(host), e);
        }
    }

    /** Ends every host and forgets it. */
    int tearDown(Consumer<String> progress) {
        int ended = 0;
        for (Site site : config.sites()) {
            HostId host = hostOf(site.id());
            launcher.terminate(host);
            registry.read(Paths.host(host)).ifPresent(registry::delete);
            progress.accept("%s: host %s has ended".formatted(site.id(), host));
            ended++;
        }
        launcher.sweep(config.name()).forEach(progress);
        launcher.forget(config.name()).forEach(progress);
        return ended;
    }
}
