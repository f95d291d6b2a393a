package io.supercloud.app.cli;

import io.supercloud.app.config.ConfigReader;
import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.DeploymentConfig.Link;
import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.app.manager.DeploymentDirectory;
import io.supercloud.app.registry.RegistryProcess;
import io.supercloud.cluster.CertificateAuthority;
import io.supercloud.cluster.PeerIdentity;
import io.supercloud.cluster.Role;
import io.supercloud.overlay.cloud.local.LinkSpec;
import io.supercloud.overlay.cloud.local.LocalUnderlay;
import io.supercloud.overlay.cloud.local.SiteSpec;
import io.supercloud.overlay.cloud.local.UnderlaySpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * A deployment whose manager and registry run on this machine: makes and removes it.
 *
 * <p>Unix sockets have short paths (108 bytes), work directories may not. While a deployment is up the link
 * {@code /run/supercloud-NAME} leads to its directory, and everything uses the short path.
 */
public final class LocalDeployment {
    private static final Duration MANAGER_LIMIT = Duration.ofSeconds(60);
    private static final Duration CERTIFICATE_VALIDITY = Duration.ofDays(365);
    private static final long POLL_NANOS = 50_000_000;
    private static final String MANAGER = "io.supercloud.app.manager.ManagerProcess";

    private final DeploymentConfig config;
    private final Path home;
    private final DeploymentDirectory directory;

    private LocalDeployment(DeploymentConfig config, Path home, DeploymentDirectory directory) {
        this.config = config;
        this.home = home;
        this.directory = directory;
    }

    /** The deployment in {@code home}, where one has been made there. */
    static Optional<DeploymentDirectory> find(Path home) {
        Path file = new DeploymentDirectory(home).config();
        return Files.exists(file)
                ? Optional.of(new DeploymentDirectory(
                        shortPath(ConfigReader.read(file).name())))
                : Optional.empty();
    }

    private static Path shortPath(String name) {
        return Path.of("/run/supercloud-" + name);
    }

    /**
     * Makes the deployment's directory from a configuration, or finds the one that is there.
     *
     * @param configFile empty to go on with what is there
     */
    public static LocalDeployment prepare(Optional<Path> configFile, Path home) {
        Path known = new DeploymentDirectory(home).config();
        Path source = configFile.orElse(known);
        DeploymentConfig config = ConfigReader.read(source);
        Path link = shortPath(config.name());
        try {
            Files.createDirectories(home);
            if (Files.exists(known) && !Files.isSameFile(known, source) && Files.mismatch(known, source) >= 0) {
                throw new CliException(
                        CliException.FAILED,
                        "%s holds a deployment of another configuration: run 'supercloud down' first".formatted(home));
            }
            if (Files.isSymbolicLink(link) && !Files.readSymbolicLink(link).equals(home)) {
                if (Files.exists(link)) {
                    throw new CliException(
                            CliException.FAILED,
                            "a deployment named %s is up from %s: give this one another name, or take that one down"
                                    .formatted(config.name(), Files.readSymbolicLink(link)));
                }
                Files.delete(link);
                LocalUnderlay.sweep(config.name());
            }
            if (!Files.isSymbolicLink(link)) {
                Files.createSymbolicLink(link, home);
            }
            if (!Files.exists(known)) {
                Files.copy(source, known);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the deployment cannot be kept in " + home, e);
        }
        return new LocalDeployment(config, home, new DeploymentDirectory(link));
    }

    public DeploymentConfig config() {
        return config;
    }

    public DeploymentDirectory directory() {
        return directory;
    }

    public ControlClient manager() {
        return new ControlClient(directory.controlSocket());
    }

    /** Starts what is not running, and launches the hosts that are missing. */
    public Answers.Status up(Consumer<String> progress) {
        if (managersLive()) {
            awaitManager();
        } else {
            startLocally(progress);
        }
        return manager().ask(new ControlRequest.Launch(), Answers.Status.class, progress);
    }

    /** Whether a manager leads, or is about to: where one has died another leads some seconds later. */
    private boolean managersLive() {
        return managerAnswers()
                || ProcessHandle.allProcesses()
                        .flatMap(process -> process.info().arguments().stream())
                        .anyMatch(words -> List.of(words).contains(MANAGER)
                                && List.of(words).contains(directory.root().toString()));
    }

    private void startLocally(Consumer<String> progress) {
        requireHostImage();
        if (!Files.exists(Path.of("/run/netns", LocalUnderlay.managerNamespace(config.name())))) {
            progress.accept("making the network between %d local sites"
                    .formatted(config.sites().size()));
            LocalUnderlay.sweep(config.name());
            LocalUnderlay.create(underlay(), directory.underlay());
        }
        credentials();
        progress.accept("starting registry and manager");
        String address = LocalUnderlay.MANAGER_ADDRESS.toString();
        Processes processes = new Processes(directory, config.name());
        processes.supervise(
                "registry",
                RegistryProcess.class.getName(),
                directory.registryData().toString(),
                directory.identity("registry").toString(),
                address,
                Integer.toString(RegistryProcess.PORT));
        for (int number = 1; number <= config.managers(); number++) {
            String name = number == 1 ? "manager" : "manager-" + number;
            processes.supervise(
                    name,
                    MANAGER,
                    directory.root().toString(),
                    address,
                    Installation.agentBundle().toString(),
                    name);
        }
        awaitManager();
    }

    private void requireHostImage() {
        Path image = Installation.hostImage();
        if (!Files.isReadable(image)) {
            config.accounts().values().stream()
                    .filter(account -> account.provider() == DeploymentConfig.Provider.LOCAL_VM)
                    .findFirst()
                    .ifPresent(account -> {
                        throw new CliException(
                                CliException.FAILED,
                                "account %s needs the host image %s: build it with 'make images'"
                                        .formatted(account.name(), image));
                    });
        }
    }

    private UnderlaySpec underlay() {
        List<SiteSpec> sites = config.sites().stream()
                .map(site -> new SiteSpec(site.id(), site.index()))
                .toList();
        List<LinkSpec> links =
                config.links().stream().map(LocalDeployment::link).toList();
        return new UnderlaySpec(config.name(), sites, links);
    }

    private static LinkSpec link(Link link) {
        return new LinkSpec(link.a(), link.b(), link.rttMillis(), link.bandwidthBitsPerSecond());
    }

    private void credentials() {
        if (Files.exists(directory.identity("manager"))) {
            return;
        }
        CertificateAuthority authority = Files.exists(directory.authority())
                ? CertificateAuthority.load(directory.authority())
                : CertificateAuthority.create(directory.authority(), config.name());
        String address = LocalUnderlay.MANAGER_ADDRESS.toString();
        authority
                .newIdentity(new PeerIdentity(Role.REGISTRY, "registry"), CERTIFICATE_VALIDITY, address)
                .store(directory.identity("registry"));
        authority
                .newIdentity(new PeerIdentity(Role.MANAGER, "manager"), CERTIFICATE_VALIDITY, address)
                .store(directory.identity("manager"));
    }

    private boolean managerAnswers() {
        try {
            manager().ask(new ControlRequest.Status(), Answers.Status.class, line -> {});
            return true;
        } catch (CliException e) {
            return e.exitCode() != CliException.NOT_UP;
        }
    }

    private void awaitManager() {
        long end = System.nanoTime() + MANAGER_LIMIT.toNanos();
        while (!managerAnswers()) {
            if (System.nanoTime() > end) {
                throw new CliException(
                        CliException.FAILED,
                        "the manager did not come up within %d s; see %s"
                                .formatted(MANAGER_LIMIT.toSeconds(), home.resolve("logs")));
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }

    /** Ends everything and forgets it, from whatever state it is in. */
    public static void down(Path home, Consumer<String> progress) {
        DeploymentDirectory found = new DeploymentDirectory(home);
        if (!Files.exists(found.config())) {
            return;
        }
        String name = ConfigReader.read(found.config()).name();
        progress.accept("ending the processes and removing the network of %s".formatted(name));
        LocalUnderlay.destroy(shortPath(name).resolve("underlay"));
        LocalUnderlay.sweep(name).forEach(namespace -> progress.accept("removed " + namespace));
        deleteTree(home);
        try {
            Files.deleteIfExists(shortPath(name));
        } catch (IOException e) {
            throw new UncheckedIOException("the link of %s cannot be removed".formatted(name), e);
        }
    }

    private static void deleteTree(Path root) {
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be deleted".formatted(root), e);
        }
    }
}
