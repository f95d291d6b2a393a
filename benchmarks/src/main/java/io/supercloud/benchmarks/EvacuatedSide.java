package io.supercloud.benchmarks;

import io.supercloud.app.cli.ControlClient;
import io.supercloud.app.cli.LocalDeployment;
import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.EvacuationPlan;
import io.supercloud.overlay.cloud.local.LocalUnderlay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** A real deployment of three local clouds with many VMs on one host. */
final class EvacuatedSide implements AutoCloseable {
    private static final String NAME = "bench-evacuation";
    private static final String CLIENT = "client";
    private static final ImageId IMAGE = new ImageId("guest");
    private static final SiteId DOOMED = new SiteId("doomed-1");
    private static final SiteId HAVEN = new SiteId("haven-1");
    private static final String HOST = "host-doomed-1";
    private static final int MEMORY_MIB = 96;
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(120);
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final String CONFIG = """
            deployment: bench-evacuation
            accounts:
              doomed: {provider: local}
              haven: {provider: local}
              harbour: {provider: local}
            sites:
              doomed-1: {account: doomed, region: r, zone: r-a, instanceType: local.large}
              haven-1: {account: haven, region: r, zone: r-b, instanceType: local.large}
              harbour-1: {account: harbour, region: r, zone: r-c, instanceType: local.large}
            links:
              - {between: [doomed-1, haven-1], rtt: 0ms, bandwidth: 1Gbit}
              - {between: [doomed-1, harbour-1], rtt: 0ms, bandwidth: 1Gbit}
            network: {name: tenant, vni: 4243, subnet: 10.43.0.0/16}
            """;

    private final Benchmark.Context context;
    private final Path folder;
    private final int count;
    private final Map<VmId, Answers.Vm> vms = new LinkedHashMap<>();
    private LocalDeployment deployment;

    EvacuatedSide(Benchmark.Context context, Path folder, int count) {
        this.context = context;
        this.folder = folder;
        this.count = count;
    }

    /**
     * @param forecast how many the plan at the notice counted on
     * @param saved that run elsewhere in the end, without having been booted again
     */
    record Outcome(int vms, int forecast, int forecastAndSaved, int saved, int damaged, double lastSeconds) {}

    void begin() {
        System.setProperty("supercloud.home", context.home().toString());
        try {
            Path config = Files.writeString(folder.resolve("bench.yaml"), CONFIG);
            deployment = LocalDeployment.prepare(Optional.of(config), folder.resolve("deployment"));
            deployment.up(line -> {});
            Path image = context.home().resolve("guest.img").toRealPath();
            ask(new ControlRequest.ImportImage(IMAGE, image.toString()), Answers.Image.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ask(
                new ControlRequest.AttachClient(CLIENT, LocalUnderlay.addClientNamespace(NAME, CLIENT), HAVEN),
                Answers.Client.class);
        for (int i = 1; i <= count; i++) {
            VmId vm = new VmId("vm-" + i);
            ControlRequest.RunVm run =
                    new ControlRequest.RunVm(vm, Optional.of(IMAGE), MEMORY_MIB, 1, 0, Optional.of(DOOMED));
            vms.put(vm, ask(run, Answers.Vm.class));
            Waiting.until(
                    BOOT_LIMIT,
                    "VM %s is up".formatted(vm),
                    () -> ask(new ControlRequest.ReadConsole(vm, 0), Answers.Console.class)
                            .text()
                            .contains("SUPERCLOUD-GUEST-READY"));
        }
        context.progress().accept("%d VMs run on %s".formatted(count, HOST));
    }

    private ControlClient manager() {
        return deployment.manager();
    }

    private <T> T ask(ControlRequest request, Class<T> answer) {
        return manager().ask(request, answer, line -> {});
    }

    Outcome evict(int noticeSeconds) {
        Map<VmId, String> boots = new HashMap<>();
        vms.values().forEach(vm -> boots.put(vm.vm(), talk(vm, "WRITE START", "BOOTID")));
        Answers.Evacuation plan = ask(
                new ControlRequest.Evacuate(
                        HOST, true, Optional.of(Instant.now().plusSeconds(noticeSeconds))),
                Answers.Evacuation.class);
        Set<VmId> forecast = plan.departures().stream()
                .filter(EvacuationPlan.Departure::inTime)
                .map(EvacuationPlan.Departure::vm)
                .collect(Collectors.toSet());
        context.progress().accept("notice of %d s: %d VMs should be away".formatted(noticeSeconds, forecast.size()));
        Instant begun = Instant.now();
        ask(new ControlRequest.Reclaim(HOST, noticeSeconds), String.class);
        Waiting.until(
                Duration.ofSeconds(noticeSeconds).plus(GRACE),
                "host %s is gone".formatted(HOST),
                () -> ask(new ControlRequest.Status(), Answers.Status.class).hosts().stream()
                        .noneMatch(
                                host -> host.host().equals(HOST) && host.state().equals("alive")));
        return outcome(boots, forecast, begun);
    }

    private Outcome outcome(Map<VmId, String> boots, Set<VmId> forecast, Instant begun) {
        int saved = 0;
        int expected = 0;
        int damaged = 0;
        double lastSeconds = 0;
        for (Answers.Vm vm : vms.values()) {
            List<Answers.Move> moves =
                    ask(new ControlRequest.Why(vm.vm()), Answers.Why.class).moves();
            boolean away = !moves.isEmpty() && moves.getFirst().state().equals("settled");
            if (!away || !talk(vm, "WRITE STOP", "BOOTID").equals(boots.get(vm.vm()))) {
                context.progress().accept("VM %s is lost".formatted(vm.vm()));
                continue;
            }
            saved++;
            expected += forecast.contains(vm.vm()) ? 1 : 0;
            damaged += talk(vm, "VERIFY").contains("lost=0 corrupt=0") ? 0 : 1;
            Instant settled =
                    moves.getFirst().begun().plusMillis(moves.getFirst().totalMillis());
            lastSeconds = Math.max(lastSeconds, Duration.between(begun, settled).toMillis() / 1e3);
        }
        return new Outcome(vms.size(), forecast.size(), expected, saved, damaged, lastSeconds);
    }

    /** Says all of it, and returns the last answer. */
    private String talk(Answers.Vm vm, String... commands) {
        String answer = "";
        try (Probe probe = new Probe(
                context.home(),
                LocalUnderlay.addClientNamespace(NAME, CLIENT),
                vm.address().toString(),
                folder.resolve("client.log"))) {
            for (String command : commands) {
                answer = probe.ask(command);
            }
        }
        return answer;
    }

    @Override
    public void close() {
        LocalDeployment.down(folder.resolve("deployment"), line -> {});
    }
}
