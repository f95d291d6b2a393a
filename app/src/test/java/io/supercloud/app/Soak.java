package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many moves in a row of a VM whose database is under load, as {@code make soak} runs it; its name keeps it out of
 * {@code make test}. Properties: {@code soak.moves}, {@code soak.minutes} after which no further move is begun,
 * {@code soak.commit}, and {@code soak.results}, a folder.
 */
class Soak {
    private static final PrintStream OUT = System.out;
    private static final String NAME = "soak";
    private static final List<String> ACCOUNTS = List.of("amber", "birch", "cedar");
    private static final VmId VM = new VmId("cache");
    private static final ImageId IMAGE = new ImageId("debian-redis");
    private static final int REDIS_PORT = 6379;
    private static final int CONNECTIONS = 4;
    private static final int MEMORY_MIB = 512;
    private static final long SEED = 1;
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(150);
    /** A JVM's memory grows until it has compiled what it needs; in fewer moves only its objects tell a leak. */
    private static final int MOVES_TO_JUDGE = 100;

    /** The last third of the moves may hold so much more memory than the first, and so many more files. */
    private static final double GROWTH = 1.2;

    private final int moves = Integer.parseInt(property("soak.moves", "200"));
    private final long limitNanos =
            Duration.ofMinutes(Long.parseLong(property("soak.minutes", "600"))).toNanos();
    private final List<Answers.Move> done = new ArrayList<>();
    /** By process: what it held after each move. */
    private final Map<String, List<Long>> residentBytes = new TreeMap<>();

    private final Map<String, List<Long>> openFiles = new TreeMap<>();
    /** By process: its objects after a collection, at the end of each third of the moves. */
    private final Map<String, List<Long>> objectBytes = new TreeMap<>();

    private TestDeployment deployment;

    private static String property(String name, String otherwise) {
        String value = System.getProperty(name, "");
        return value.isBlank() ? otherwise : value;
    }

    @Test
    void movesInARowLoseNothingAndLeakNothing(@TempDir Path folder) throws IOException {
        deployment = new TestDeployment(NAME, folder);
        try {
            deployment.up(ACCOUNTS);
            soak(folder);
        } finally {
            deployment.end();
        }
        assertThat(deployment.leftOvers()).isEmpty();
    }

    private void soak(Path folder) throws IOException {
        Path image = SourceTree.root().resolve(".work/images/debian-redis.img");
        ask(new ControlRequest.ImportImage(IMAGE, image.toString()), Answers.Image.class);
        Answers.Vm vm = ask(
                new ControlRequest.RunVm(VM, Optional.of(IMAGE), MEMORY_MIB, 1, 0, Optional.of(new SiteId("amber-1"))),
                Answers.Vm.class);
        TestGuest guest = TestGuest.attach(NAME, deployment.manager(), new SiteId("cedar-1"), vm.address());
        await().atMost(BOOT_LIMIT).until(() -> guest.ask(REDIS_PORT, "PING").equals("+PONG"));
        long begin = System.nanoTime();
        Process client = client(vm, folder);
        try (BufferedReader reports = client.inputReader(StandardCharsets.US_ASCII);
                Writer commands = client.outputWriter(StandardCharsets.US_ASCII)) {
            for (int number = 1; number <= moves && System.nanoTime() - begin < limitNanos; number++) {
                move(number);
                sample(number % Math.max(1, moves / 3) == 0);
                Report report = report(reports, commands, "REPORT");
                OUT.printf("move %3d of %d: %s; %s%n", number, moves, told(done.getLast()), report);
                assertThat(report.errors() + report.broken()).as("client").isZero();
            }
            Report last = report(reports, commands, "END");
            conclude(last, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin));
        } finally {
            client.descendants().forEach(ProcessHandle::destroyForcibly);
            client.destroyForcibly();
            OUT.print(Files.readString(folder.resolve("client.log")));
        }
    }

    private static Process client(Answers.Vm vm, Path folder) throws IOException {
        Path classes = Path.of(SoakClient.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        return new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        "sc-%s-c-client".formatted(NAME),
                        System.getProperty("java.home") + "/bin/java",
                        "-Xmx64m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        classes.toString(),
                        SoakClient.class.getName(),
                        vm.address().toString(),
                        Integer.toString(REDIS_PORT),
                        Integer.toString(CONNECTIONS),
                        Long.toString(SEED))
                .redirectError(folder.resolve("client.log").toFile())
                .start();
    }

    /** @param longestMillis the longest time that any reply took */
    private record Report(long operations, long errors, long broken, long longestMillis) {}

    private static Report report(BufferedReader reports, Writer commands, String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        String line = reports.readLine();
        assertThat(line).as("the client's report").isNotNull();
        String[] words = line.split(" ");
        return new Report(
                Long.parseLong(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
    }

    private void move(int number) {
        String to = ACCOUNTS.get(number % ACCOUNTS.size()) + "-1";
        done.add(ask(new ControlRequest.Move(VM, to, false, "soak"), Answers.Move.class));
        assertThat(done.getLast().failure()).as("move " + number).isEmpty();
    }

    private static String told(Answers.Move move) {
        return "%s to %s in %d ms, stood still for %.0f ms, %d MiB"
                .formatted(move.from(), move.to(), move.totalMillis(), stoppedMillis(move), move.bytes() >> 20);
    }

    private static double stoppedMillis(Answers.Move move) {
        return move.times().orElseThrow().stoppedMillis();
    }

    private void sample(boolean objects) throws IOException {
        sample("manager", "sc-%s-mgr".formatted(NAME), "ManagerProcess", objects);
        sample("registry", "sc-%s-mgr".formatted(NAME), "RegistryProcess", objects);
        for (String account : ACCOUNTS) {
            sample("agent " + account, deployment.instanceNamespace(account), "AgentProcess", objects);
        }
    }

    private void sample(String name, String namespace, String mainClass, boolean objects) throws IOException {
        long pid = ProcessFinder.in(namespace).stream()
                .filter(process -> process.runs("java") && process.mentions(mainClass))
                .findFirst()
                .orElseThrow()
                .pid();
        residentBytes.computeIfAbsent(name, key -> new ArrayList<>()).add(ProcessFinder.residentBytes(pid));
        try (Stream<Path> files = Files.list(Path.of("/proc", Long.toString(pid), "fd"))) {
            openFiles.computeIfAbsent(name, key -> new ArrayList<>()).add(files.count());
        }
        if (objects) {
            objectBytes.computeIfAbsent(name, key -> new ArrayList<>()).add(objectBytes(pid));
        }
    }

    /** The histogram's last line, such as {@code Total 260613 14842960}; making it collects what is dead. */
    private static long objectBytes(long pid) {
        String histogram =
                ChaosBed.run(System.getProperty("java.home") + "/bin/jcmd", Long.toString(pid), "GC.class_histogram");
        String total = histogram
                .lines()
                .filter(line -> line.startsWith("Total"))
                .findFirst()
                .orElseThrow();
        return Long.parseLong(total.split("\\s+")[2]);
    }

    private void conclude(Report last, long seconds) throws IOException {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("benchmark", NAME);
        result.put("commit", property("soak.commit", "unknown"));
        result.put("seed", SEED);
        result.put("moves", done.size());
        result.put("sites", ACCOUNTS.size());
        result.put("seconds", seconds);
        result.put("connections", CONNECTIONS);
        result.put("operations", last.operations());
        result.put("errors", last.errors());
        result.put("brokenConnections", last.broken());
        result.put("longestReplyMillis", last.longestMillis());
        result.put("totalMillis", quantiles(done.stream().map(move -> (double) move.totalMillis())));
        result.put("stoodStillMillis", quantiles(done.stream().map(Soak::stoppedMillis)));
        result.put("residentBytes", thirds(residentBytes));
        result.put("openFiles", thirds(openFiles));
        result.put("objectBytes", objectBytes);
        String line = Json.text(result);
        OUT.println(line);
        Path results = Files.createDirectories(Path.of(property("soak.results", "target")));
        Files.writeString(results.resolve("soak-%s.json".formatted(LocalDate.now(ZoneOffset.UTC))), line + "\n");
        assertThat(last.errors() + last.broken()).as("client").isZero();
        assertFlat(openFiles);
        assertFlat(objectBytes);
        if (done.size() >= MOVES_TO_JUDGE) {
            assertFlat(residentBytes);
        }
    }

    private static Map<String, Double> quantiles(Stream<Double> values) {
        List<Double> sorted = values.sorted().toList();
        return Map.of(
                "median", sorted.get(sorted.size() / 2),
                "p95", sorted.get(sorted.size() * 95 / 100),
                "most", sorted.getLast());
    }

    private static Map<String, List<Long>> thirds(Map<String, List<Long>> samples) {
        Map<String, List<Long>> thirds = new TreeMap<>();
        samples.forEach((name, values) -> {
            int third = Math.max(1, values.size() / 3);
            thirds.put(
                    name,
                    List.of(
                            median(values.subList(0, third)),
                            median(values.subList(values.size() - third, values.size()))));
        });
        return thirds;
    }

    private static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void assertFlat(Map<String, List<Long>> samples) {
        thirds(samples)
                .forEach((name, thirds) -> assertThat((double) thirds.getLast())
                        .as(name + " in the last third of the moves")
                        .isLessThanOrEqualTo(GROWTH * thirds.getFirst()));
    }

    private <T> T ask(ControlRequest request, Class<T> answer) {
        return deployment.manager().ask(request, answer, line -> {});
    }
}
