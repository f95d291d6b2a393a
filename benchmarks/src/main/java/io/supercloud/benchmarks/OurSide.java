package io.supercloud.benchmarks;

import io.supercloud.app.cli.ControlClient;
import io.supercloud.app.cli.LocalDeployment;
import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.MoveManner;
import io.supercloud.overlay.cloud.local.LocalUnderlay;
import io.supercloud.overlay.cloud.local.internal.Namespaces;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/** A real deployment of two local clouds, used through the manager's control socket as the command line does. */
final class OurSide implements MovingSide {
    private static final String NAME = "bench-move";
    private static final String CLIENT = "client";
    private static final ImageId IMAGE = new ImageId("guest");
    private static final List<SiteId> SITES = List.of(new SiteId("home-1"), new SiteId("away-1"));
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(60);

    private final MovePart part;
    private final Path installation;
    private final Path image;
    private final Path folder;
    private LocalDeployment deployment;
    private Probe probe;
    private int vms;
    private int place;

    /** @param folder for everything; must not be there yet */
    OurSide(MovePart part, Path installation, Path image, Path folder) {
        this.part = part;
        this.installation = installation;
        this.image = image;
        this.folder = folder;
    }

    private static String config(MovePart part) {
        return """
            deployment: %s
            accounts:
              home: {provider: local}
              away: {provider: local}
            sites:
              home-1: {account: home, region: home, zone: home-a, instanceType: local.medium}
              away-1: {account: away, region: away, zone: away-a, instanceType: local.medium}
            links:
              - {between: [home-1, away-1], rtt: %dms, bandwidth: %dMbit}
            network: {name: tenant, vni: 4242, subnet: 10.42.0.0/16}
            """.formatted(NAME, part.rttMillis(), part.megabitsPerSecond());
    }

    @Override
    public void begin() {
        System.setProperty("supercloud.home", installation.toString());
        try {
            Files.createDirectories(folder);
            Path config = Files.writeString(folder.resolve("bench.yaml"), config(part));
            deployment = LocalDeployment.prepare(Optional.of(config), home());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        deployment.up(line -> {});
        manager().ask(new ControlRequest.ImportImage(IMAGE, image.toString()), Answers.Image.class, line -> {});
        String namespace = LocalUnderlay.addClientNamespace(NAME, CLIENT);
        manager()
                .ask(
                        new ControlRequest.AttachClient(CLIENT, namespace, SITES.getFirst()),
                        Answers.Client.class,
                        line -> {});
        fresh();
    }

    private Path home() {
        return folder.resolve("deployment");
    }

    private ControlClient manager() {
        return deployment.manager();
    }

    private VmId vm() {
        return new VmId("guest-" + vms);
    }

    @Override
    public void fresh() {
        if (probe != null) {
            probe.close();
            manager().stream(new ControlRequest.RemoveVm(vm()), line -> {}, event -> {});
        }
        vms++;
        place = 0;
        Answers.Vm vm = manager()
                .ask(
                        new ControlRequest.RunVm(
                                vm(), Optional.of(IMAGE), BareSide.MEMORY_MIB, 1, 0, Optional.of(SITES.getFirst())),
                        Answers.Vm.class,
                        line -> {});
        Waiting.until(
                BOOT_LIMIT,
                "VM %s is up".formatted(vm()),
                () -> manager()
                        .ask(new ControlRequest.ReadConsole(vm(), 0), Answers.Console.class, line -> {})
                        .text()
                        .contains("SUPERCLOUD-GUEST-READY"));
        probe = new Probe(
                installation,
                LocalUnderlay.addClientNamespace(NAME, CLIENT),
                vm.address().toString(),
                folder.resolve("client.log"));
    }

    @Override
    public String ask(String command) {
        return probe.ask(command);
    }

    @Override
    public MoveSample move() {
        place = 1 - place;
        probe.begin();
        long wireBefore = wireBytes();
        Instant begun = Instant.now();
        Answers.Move move = manager()
                .ask(
                        new ControlRequest.Move(
                                vm(),
                                SITES.get(place).value(),
                                false,
                                "benchmark",
                                MoveManner.LIVE.with(part.compression())),
                        Answers.Move.class,
                        line -> {});
        double downtimeMillis = probe.end();
        long wire = wireBytes() - wireBefore;
        if (!move.state().equals("settled")) {
            throw new BenchmarkException(
                    "move %s failed: %s".formatted(move.move(), move.failure().orElse("?")));
        }
        return new MoveSample(
                downtimeMillis,
                move.times().orElseThrow().stoppedMillis(),
                Duration.between(begun, resumed(move.move())).toNanos() / 1e6,
                BareNetwork.mib(wire),
                move.times());
    }

    /** When the target let the guest go on. */
    private Instant resumed(String move) {
        AtomicReference<Instant> at = new AtomicReference<>();
        manager().stream(new ControlRequest.FollowEvents(0, false), line -> {}, message -> {
            if (message.path("event").path("kind").asString().equals("vm.resumed")
                    && message.path("event")
                            .path("details")
                            .path("move")
                            .asString("")
                            .equals(move)) {
                at.set(Instant.parse(message.path("event").path("at").asString()));
            }
        });
        if (at.get() == null) {
            throw new BenchmarkException("no event tells when move %s resumed its VM".formatted(move));
        }
        return at.get();
    }

    private long wireBytes() {
        int away = deployment.config().site(SITES.getLast()).index();
        int here = deployment.config().site(SITES.getFirst()).index();
        return BareNetwork.wireBytes(Namespaces.router(NAME, here), "site" + away);
    }

    /** Only what this one has made: a deployment of the same name that was up before stays. */
    @Override
    public void close() {
        if (probe != null) {
            probe.close();
        }
        LocalDeployment.down(home(), line -> {});
    }
}
