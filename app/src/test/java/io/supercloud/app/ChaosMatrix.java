package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.migration.Json;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * All of the matrix of faults, as {@code make chaos} runs it; its name keeps it out of {@code make test}. What has passed is
 * noted in a file for each seed and not run again, unless it is asked for by name. After a failure the deployment is made anew.
 *
 * <p>Properties: {@code chaos.cases}, {@code chaos.seed}, {@code chaos.minutes} after which no further case is begun, and
 * {@code chaos.results}, a folder.
 */
class ChaosMatrix {
    private static final PrintStream OUT = System.out;
    private static final int MOST_REASON_CHARACTERS = 2_000;

    private final long seed = Long.parseLong(property("chaos.seed", "1"));
    private final String asked = property("chaos.cases", "");
    private final long limitNanos =
            Duration.ofMinutes(Long.parseLong(property("chaos.minutes", "600"))).toNanos();
    private final Path results = Path.of(property("chaos.results", "target/chaos"));
    private final long begin = System.nanoTime();
    private final List<String> failed = new ArrayList<>();
    private int passed;

    private static String property(String name, String otherwise) {
        String value = System.getProperty(name, "");
        return value.isBlank() ? otherwise : value;
    }

    @Test
    void everyStepMeetsEveryFault(@TempDir Path folder) throws IOException {
        Files.createDirectories(results);
        Path ledger = results.resolve("seed-%d.jsonl".formatted(seed));
        Set<String> done = asked.isEmpty() ? passedBefore(ledger) : Set.of();
        List<ChaosCase> cases = ChaosCase.named(asked, seed).stream()
                .filter(chaos -> !done.contains(chaos.toString()))
                .toList();
        OUT.printf("%d cases to run, %d passed before (%s)%n", cases.size(), done.size(), ledger);
        int next = 0;
        for (int round = 0; next < cases.size() && timeIsLeft(); round++) {
            try (ChaosBed bed = new ChaosBed(Files.createDirectory(folder.resolve("round-" + round)))) {
                ChaosTrial trial = new ChaosTrial(bed, seed, true);
                boolean whole = true;
                while (whole && next < cases.size() && timeIsLeft()) {
                    whole = run(trial, cases.get(next++), ledger);
                }
                if (!whole) {
                    keepLogs(bed, cases.get(next - 1));
                }
            }
        }
        OUT.printf("%d passed, %d failed, %d not run%n", passed, failed.size(), cases.size() - next);
        assertThat(failed).as("cases that broke a promise").isEmpty();
    }

    private boolean timeIsLeft() {
        return System.nanoTime() - begin < limitNanos;
    }

    private static Set<String> passedBefore(Path ledger) throws IOException {
        Set<String> done = new HashSet<>();
        if (Files.exists(ledger)) {
            for (String line : Files.readAllLines(ledger)) {
                Map<?, ?> entry = Json.read("the ledger", line.getBytes(StandardCharsets.UTF_8), Map.class);
                if (Boolean.TRUE.equals(entry.get("passed"))) {
                    done.add(String.valueOf(entry.get("case")));
                }
            }
        }
        return done;
    }

    private boolean run(ChaosTrial trial, ChaosCase chaos, Path ledger) throws IOException {
        long from = System.nanoTime();
        String outcome;
        boolean whole = true;
        try {
            outcome = trial.run(chaos);
            passed++;
        } catch (RuntimeException | AssertionError e) {
            outcome = String.valueOf(e.getMessage()).strip();
            whole = false;
            failed.add(chaos.toString());
        }
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - from);
        String shortened = outcome.substring(0, Math.min(outcome.length(), MOST_REASON_CHARACTERS));
        OUT.printf("%s %-30s %4d s  %s%n", whole ? "ok    " : "BROKEN", chaos, seconds, shortened);
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("case", chaos.toString());
        entry.put("passed", whole);
        entry.put("seconds", seconds);
        entry.put("outcome", shortened);
        Files.writeString(ledger, Json.text(entry) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        return whole;
    }

    /** What the processes have said, for whoever looks into it. */
    private void keepLogs(ChaosBed bed, ChaosCase chaos) {
        Path kept = results.resolve(chaos.toString().replace('/', '-'));
        Path home = bed.deployment().home();
        ChaosBed.run(
                "sh",
                "-c",
                "mkdir -p \"$2\" && cp -r \"$1/logs\" \"$2/\" && for i in \"$1\"/accounts/*/instances/*; do "
                        + "cp -r \"$i/log\" \"$2/$(basename \"$(dirname \"$(dirname \"$i\")\")\")\"; done; "
                        + "\"$3\"/supercloud events --dir \"$1\" > \"$2/events\" 2>&1 || true",
                "keep",
                home.toString(),
                kept.toString(),
                SourceTree.root().toString());
    }
}
