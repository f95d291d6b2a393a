package io.supercloud.app.demo;

import io.supercloud.app.cli.LocalDeployment;
import io.supercloud.migration.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows everything once, and cleans up. */
@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Three local clouds, a VM, recorded spot prices: the VM moves live to where it is cheapest, again and again.")
public final class DemoCommand implements Callable<Integer> {
    private static final int INTERRUPTED = 130;
    private static final Duration LET_GO_LIMIT = Duration.ofSeconds(3);
    private static final String MARKER = "demo-run";
    private static final Instant BUILT_IN_BEGIN = Instant.parse("2013-01-03T11:00:00Z");

    @Option(
            names = "--dir",
            defaultValue = ".supercloud",
            description = "Where the deployment is kept (default: ${DEFAULT-VALUE}).")
    private Path home;

    @Option(names = "--json", description = "Print the summary as one JSON object on the last line.")
    private boolean json;

    @Option(names = "--keep", description = "Leave everything running, to be explored with the other commands.")
    private boolean keep;

    @Option(
            names = "--trace",
            paramLabel = "FILE",
            description = "A price trace (CSV, plain or gzip) in place of the built-in one.")
    private Optional<Path> trace;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "Where in the trace to begin, such as 2013-01-03T11:00:00Z.")
    private Optional<Instant> from;

    @Option(names = "--policy", paramLabel = "FILE", description = "A policy file in place of the built-in one.")
    private Optional<Path> policy;

    @Option(names = "--config", paramLabel = "FILE", description = "A configuration in place of the built-in one.")
    private Optional<Path> config;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Where the VM begins and what it writes (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--moves",
            defaultValue = "6",
            description = "Moves by policy to wait for (default: ${DEFAULT-VALUE}).")
    private int moves;

    @Option(
            names = "--limit-seconds",
            defaultValue = "150",
            description = "End the replay after this time (default: ${DEFAULT-VALUE}).")
    private int limitSeconds;

    @Override
    public Integer call() throws IOException {
        Path directory = home.toAbsolutePath().normalize();
        PrintStream out = json ? System.err : System.out;
        removeEarlierRun(directory, out);
        Files.createDirectories(directory);
        Files.createFile(directory.resolve(MARKER));
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread demo = Thread.currentThread();
        Thread cleaner = new Thread(() -> cleanUp(directory, demo, interrupted));
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            return run(directory, out);
        } catch (RuntimeException e) {
            if (interrupted.get()) {
                return INTERRUPTED;
            }
            throw e;
        } finally {
            if (!interrupted.get()) {
                finish(directory, cleaner, out);
            }
        }
    }

    private int run(Path directory, PrintStream out) throws IOException {
        DemoRun.Options options = new DemoRun.Options(trace, policy, begin(), seed, moves, limitSeconds);
        DemoSummary summary = new DemoRun(deployment(directory), options, out::println).run();
        out.println(DemoText.of(summary));
        if (json) {
            System.out.println(Json.text(summary));
        }
        return summary.sound() ? 0 : 1;
    }

    private void finish(Path directory, Thread cleaner, PrintStream out) {
        if (keep) {
            out.println(
                    "kept running: ./supercloud status, vm ls, move, events --follow, vm console; end with ./supercloud down");
        } else {
            LocalDeployment.down(directory, line -> {});
        }
        Runtime.getRuntime().removeShutdownHook(cleaner);
    }

    /** The built-in trace is calm at first; a trace of the user's is replayed from its own begin. */
    private Optional<Instant> begin() {
        return from.or(() -> trace.isPresent() ? Optional.empty() : Optional.of(BUILT_IN_BEGIN));
    }

    private void removeEarlierRun(Path directory, PrintStream out) {
        if (Files.exists(directory.resolve(MARKER))) {
            out.println("removing what an earlier demo left");
            LocalDeployment.down(directory, line -> {});
        } else if (Files.exists(directory)) {
            throw new io.supercloud.core.InvalidValueException(
                    "%s holds a deployment that is not a demo's: run 'supercloud down', or give another --dir"
                            .formatted(home));
        }
    }

    private LocalDeployment deployment(Path directory) throws IOException {
        if (config.isPresent()) {
            return LocalDeployment.prepare(config, directory);
        }
        Path builtIn = directory.resolve("built-in.yaml");
        try (InputStream template = DemoCommand.class.getResourceAsStream("/io/supercloud/app/config/local.yaml")) {
            Files.copy(template, builtIn);
        }
        return LocalDeployment.prepare(Optional.of(builtIn), directory);
    }

    /** On Ctrl-C: when the demo has let go, what has been made goes, as far as it had come. */
    private static void cleanUp(Path directory, Thread demo, AtomicBoolean interrupted) {
        interrupted.set(true);
        demo.interrupt();
        try {
            demo.join(LET_GO_LIMIT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        LocalDeployment.down(directory, line -> {});
    }
}
