package io.supercloud.benchmarks;

import io.supercloud.core.SupercloudException;
import io.supercloud.migration.Json;
import io.supercloud.settings.Near;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Lists the benchmarks, or runs one, prints its report as the last line and keeps it as a file. */
@Command(name = "make bench", description = "List the benchmarks, or run one.")
public final class BenchmarkMain implements Callable<Integer> {
    static final List<Benchmark> ALL = List.of(
            new ImageStoreBenchmark(),
            new FlowsBenchmark(),
            new MoveBenchmark(),
            new EvacuationBenchmark(),
            new OptimizerBenchmark());
    private static final int WRONG_COMMAND_LINE = 2;
    private static final int SHORT_COMMIT = 10;

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "Which one; none lists them.")
    private Optional<String> name;

    @Option(names = "--seed", defaultValue = "1", description = "Of everything random (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--runs", description = "Of each side, for quick tries; some benchmarks have a fixed number.")
    private Optional<Integer> runs;

    @Option(names = "--part", description = "Only this part of the benchmark; may be given several times.")
    private List<String> parts = List.of();

    @Option(
            names = "--data",
            defaultValue = "../shared/data",
            description = "A folder of recorded markets, for the benchmark that needs one (default: ${DEFAULT-VALUE}).")
    private Path data;

    @Option(names = "--home", required = true, description = "The installation that is measured.")
    private Path home;

    @Option(names = "--work", required = true, description = "A folder for temporary files.")
    private Path work;

    @Option(names = "--results", required = true, description = "Where reports are kept.")
    private Path results;

    @Option(names = "--commit", required = true, description = "The commit that was built.")
    private String commit;

    private BenchmarkMain() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new BenchmarkMain())
                .setExecutionExceptionHandler((failure, line, result) -> failed(failure))
                .execute(arguments));
    }

    private static int failed(Exception failure) throws Exception {
        if (failure instanceof SupercloudException) {
            System.err.println("bench: " + failure.getMessage());
            return 1;
        }
        throw failure;
    }

    @Override
    public Integer call() throws IOException {
        if (name.isEmpty()) {
            ALL.forEach(each -> System.out.println("%-10s %s".formatted(each.name(), each.about())));
            return 0;
        }
        Optional<Benchmark> wanted =
                ALL.stream().filter(each -> each.name().equals(name.get())).findFirst();
        if (wanted.isEmpty()) {
            System.err.println("bench: there is no benchmark '%s'; the nearest is '%s'; 'make bench' lists all"
                    .formatted(name.get(), nearest(name.get())));
            return WRONG_COMMAND_LINE;
        }
        Optional<String> unknown = parts.stream()
                .filter(part -> !wanted.get().parts().contains(part))
                .findFirst();
        if (unknown.isPresent() || runs.filter(wish -> wish < 1).isPresent()) {
            System.err.println("bench: --runs is at least 1, and --part one of %s"
                    .formatted(wanted.get().parts()));
            return WRONG_COMMAND_LINE;
        }
        run(wanted.get());
        return 0;
    }

    private static String nearest(String wrong) {
        return ALL.stream()
                .map(Benchmark::name)
                .min(Comparator.comparingInt(known -> Near.distance(wrong, known)))
                .orElseThrow();
    }

    private String command(Benchmark benchmark) {
        StringBuilder arguments = new StringBuilder("--seed " + seed);
        runs.ifPresent(wish -> arguments.append(" --runs ").append(wish));
        if (benchmark.needsData()) {
            arguments.append(" --data ").append(data);
        }
        parts.forEach(part -> arguments.append(" --part ").append(part));
        return "make bench NAME=%s ARGS=\"%s\"".formatted(benchmark.name(), arguments);
    }

    private void run(Benchmark benchmark) throws IOException {
        Benchmark.Context context = new Benchmark.Context(
                home.toAbsolutePath(),
                work.toAbsolutePath(),
                data,
                seed,
                runs.map(OptionalInt::of).orElseGet(OptionalInt::empty),
                parts,
                System.err::println);
        BenchmarkReport report = new BenchmarkReport(
                benchmark.name(), command(benchmark), commit, Machine.describe(), seed, benchmark.run(context));
        String json = Json.text(report);
        Files.createDirectories(results);
        Path file = results.resolve("%s-%s-%s.json"
                .formatted(
                        String.join(
                                "-",
                                Stream.concat(Stream.of(benchmark.name()), parts.stream())
                                        .toList()),
                        LocalDate.now(ZoneOffset.UTC),
                        commit.substring(0, Math.min(SHORT_COMMIT, commit.length()))));
        Files.writeString(file, json + "\n");
        System.err.println("kept in " + file);
        System.out.println(json);
    }
}
