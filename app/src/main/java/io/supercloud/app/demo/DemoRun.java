package io.supercloud.app.demo;

import io.supercloud.app.cli.ControlClient;
import io.supercloud.app.cli.LocalDeployment;
import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import io.supercloud.core.SiteId;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.StubRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** One run of the demo, from an empty deployment to its summary. */
final class DemoRun {
    private static final VmId VM = new VmId("web");
    private static final ImageId IMAGE = new ImageId("guest");
    private static final int MEMORY_MIB = 128;
    private static final Duration READY_LIMIT = Duration.ofSeconds(60);
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(150);
    private static final long POLL_NANOS = Duration.ofMillis(100).toNanos();
    /** So many times faster than real time does the market run between its changes. */
    private static final double MARKET_SPEED = 72_000;

    private static final int RECORD_BYTES = 4096;

    private final LocalDeployment deployment;
    private final Options options;
    private final Consumer<String> out;
    private final ControlClient manager;
    private final Instant begun = Instant.now();
    private final AtomicReference<CompletableFuture<JsonNode>> fetch = new AtomicReference<>();

    private volatile boolean over;

    record Options(
            Optional<Path> trace,
            Optional<Path> policy,
            Optional<Instant> from,
            long seed,
            int moves,
            int limitSeconds) {}

    DemoRun(LocalDeployment deployment, Options options, Consumer<String> out) {
        this.deployment = deployment;
        this.options = options;
        this.out = line -> out.accept("%6.1f s  %s"
                .formatted(Duration.between(begun, Instant.now()).toMillis() / 1e3, line));
        this.manager = deployment.manager();
    }

    DemoSummary run() throws IOException {
        out.accept("-- three clouds on this machine, a host at each site");
        deployment.up(out);
        DemoPlaces places = new DemoPlaces(deployment, out);
        places.startServices();
        out.accept("-- an image and a VM");
        manager.ask(
                new ControlRequest.ImportImage(IMAGE, DemoPlaces.guestImage().toString()), Answers.Image.class, out);
        SiteId first = firstSite();
        Answers.Vm vm = manager.ask(
                new ControlRequest.RunVm(VM, Optional.of(IMAGE), MEMORY_MIB, 1, 0, Optional.of(first)),
                Answers.Vm.class,
                out);
        Answers.Client port = places.attachClient(first);
        awaitReady();
        out.accept("VM %s is up at %s with address %s; a client outside, %s, talks to it"
                .formatted(VM, first, vm.address(), port.address()));
        try (OverlayClient client = places.startClient(vm.address())) {
            return replay(client);
        }
    }

    /** By seed, but not where the stub's resource is: the VM is to come there by itself. */
    private SiteId firstSite() {
        List<SiteId> sites = deployment.config().sites().stream()
                .map(site -> site.id())
                .filter(site -> deployment.config().stubs().stream()
                        .noneMatch(stub -> stub.site().equals(site)))
                .toList();
        return sites.isEmpty()
                ? deployment.config().sites().getFirst().id()
                : sites.get((int) Math.floorMod(options.seed(), (long) sites.size()));
    }

    private void awaitReady() {
        long end = System.nanoTime() + READY_LIMIT.toNanos();
        String console = "";
        while (!console.contains("SUPERCLOUD-GUEST-READY")) {
            if (System.nanoTime() > end) {
                throw new MigrationException("the guest did not come up; its console says: " + console);
            }
            LockSupport.parkNanos(POLL_NANOS);
            console = manager.ask(new ControlRequest.ReadConsole(VM, 0), Answers.Console.class, line -> {})
                    .text();
        }
    }

    private DemoSummary replay(OverlayClient client) throws IOException {
        long interval = 5_000 + Math.floorMod(options.seed(), 4L) * 1_000;
        client.command("WRITE START %d %d".formatted(RECORD_BYTES, interval), ANSWER_LIMIT);
        String boot = client.command("BOOTID", ANSWER_LIMIT);
        Thread events = Thread.ofVirtual().start(() -> followEvents(client));
        out.accept("-- recorded prices, faster than real time");
        Answers.Replay replay = manager.ask(
                new ControlRequest.ReplayMarket(
                        VM,
                        options.trace().map(file -> file.toAbsolutePath().toString()),
                        options.policy().map(file -> file.toAbsolutePath().toString()),
                        options.from(),
                        options.moves(),
                        options.limitSeconds() * 1_000L,
                        MARKET_SPEED),
                Answers.Replay.class,
                out);
        boolean stubMoved = awaitFetch();
        out.accept("-- is everything still there?");
        client.command("WRITE STOP", ANSWER_LIMIT);
        String verified = client.command("VERIFY", ANSWER_LIMIT);
        out.accept("the guest reads its records back from its disk: " + verified);
        if (!boot.equals(client.command("BOOTID", ANSWER_LIMIT))) {
            throw new MigrationException("the guest was booted again: it is not the VM that began");
        }
        OrderedStream.Report stream = client.streamReport(ANSWER_LIMIT);
        over = true;
        events.interrupt();
        return summary(client, replay, stubMoved, verified, stream);
    }

    private void followEvents(OverlayClient client) {
        try {
            manager.stream(new ControlRequest.FollowEvents(0, true), line -> {}, message -> happened(client, message));
        } catch (SupercloudException ended) {
            if (!over) {
                out.accept("events end: " + ended.getMessage());
            }
        }
    }

    private void happened(OverlayClient client, JsonNode message) {
        JsonNode event = message.path("event");
        String kind = event.path("kind").asString();
        if (kind.startsWith("move.") || kind.startsWith("stub.") || kind.startsWith("vm.")) {
            out.accept("    %-14s %s".formatted(kind, event.path("message").asString()));
        }
        if (kind.equals("move.settled")) {
            touchStub(client, event.path("details").path("to").asString());
        }
    }

    /** Once, when the VM is away from the resource: the guest connects to the stub. */
    private void touchStub(OverlayClient client, String host) {
        deployment.config().stubs().stream()
                .filter(stub -> !host.equals("host-" + stub.site()))
                .findFirst()
                .filter(stub -> fetch.get() == null)
                .ifPresent(stub -> fetch.set(begin(client, stub)));
    }

    private CompletableFuture<JsonNode> begin(OverlayClient client, StubRecord stub) {
        out.accept("-- the guest connects to %s:%d, which stands for a service bound to %s"
                .formatted(stub.address(), stub.tcpPort(), stub.site()));
        return client.begin("FETCH %s %d 200".formatted(stub.address(), stub.tcpPort()));
    }

    private boolean awaitFetch() {
        if (fetch.get() == null) {
            return false;
        }
        String answer =
                OverlayClient.await(fetch.get(), ANSWER_LIMIT).path("reply").asString();
        out.accept("the guest's connection to the stub: " + answer);
        return answer.startsWith("FETCHED");
    }

    private DemoSummary summary(
            OverlayClient client,
            Answers.Replay replay,
            boolean stubMoved,
            String verified,
            OrderedStream.Report stream)
            throws IOException {
        Answers.Move[] moves = manager.ask(new ControlRequest.ListMoves(VM), Answers.Move[].class, line -> {});
        List<DemoSummary.MoveLine> lines = new ArrayList<>();
        for (Answers.Move move : moves) {
            if (move.state().equals("settled")) {
                lines.add(line(client, move));
            }
        }
        double[] downtimes = lines.stream()
                .mapToDouble(DemoSummary.MoveLine::downtimeMillis)
                .sorted()
                .toArray();
        return new DemoSummary(
                lines,
                replay.moves().size(),
                stream.brokenConnections(),
                number(verified, "records"),
                number(verified, "lost"),
                number(verified, "corrupt"),
                stream.bytesOutOfOrder(),
                stream.linesReceived(),
                downtimes.length == 0 ? 0 : downtimes[downtimes.length / 2],
                stubMoved,
                matches(replay),
                replay.costDollars(),
                replay.stayPutDollars(),
                replay.onDemandDollars(),
                replay.trace(),
                Duration.between(replay.marketBegin(), replay.marketEnd()).toMinutes() / 60.0,
                Duration.between(begun, Instant.now()).toMillis() / 1e3,
                options.seed());
    }

    private static DemoSummary.MoveLine line(OverlayClient client, Answers.Move move) {
        Instant end = move.begun().plusMillis(move.totalMillis());
        return move.times()
                .map(times -> new DemoSummary.MoveLine(
                        move.vm().value(),
                        move.from(),
                        move.to(),
                        move.reason(),
                        client.downtimeMillis(move.begun(), end),
                        times.stoppedMillis(),
                        times.drainMillis(),
                        times.deviceStateMillis(),
                        times.volumeMillis(),
                        times.ownerMillis(),
                        times.resumeMillis(),
                        times.precopyMillis(),
                        move.totalMillis(),
                        move.bytes()))
                .orElseThrow();
    }

    private static long number(String verified, String name) {
        for (String word : verified.split(" ")) {
            if (word.startsWith(name + "=")) {
                return Long.parseLong(word.substring(name.length() + 1));
            }
        }
        throw new MigrationException("the guest could not verify its records: " + verified);
    }

    /** Whether the moves by policy went, in order, where the decision log says. */
    private boolean matches(Answers.Replay replay) throws IOException {
        List<String> decided = new ArrayList<>();
        for (String line : Files.readAllLines(deployment.directory().decisions(), StandardCharsets.UTF_8)) {
            JsonNode record = Json.read("the decision log", line.getBytes(StandardCharsets.UTF_8), JsonNode.class);
            if (record.path("outcome").asString().equals("moved")) {
                decided.add("host-" + record.path("place").asString());
            }
        }
        return decided.equals(replay.moves().stream().map(Answers.Move::to).toList());
    }
}
