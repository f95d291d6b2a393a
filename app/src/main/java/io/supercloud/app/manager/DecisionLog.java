package io.supercloud.app.manager;

import io.supercloud.core.SiteId;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.migration.Json;
import io.supercloud.optimizer.Decision;
import io.supercloud.optimizer.Planner;
import io.supercloud.optimizer.Snapshot;
import io.supercloud.optimizer.policy.PolicyFile;
import io.supercloud.settings.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was decided, from which inputs, on what grounds, and what came of it: a line of JSON for each decision. */
public final class DecisionLog {
    private static final Logger log = LoggerFactory.getLogger(DecisionLog.class);

    private final Path file;

    public DecisionLog(Path file) {
        this.file = file;
    }

    /**
     * One decision.
     *
     * @param place where the VM is to be
     * @param outcome {@code stay}, {@code moved}, or why it did not move
     * @param snapshot its inputs
     * @param policy the other input, as a policy file
     */
    public record Entry(SiteId place, String outcome, Decision.Account account, Snapshot snapshot, String policy) {
        /** What the planner decides from these inputs now. */
        public Decision again() {
            return Planner.decide(
                    snapshot,
                    PolicyFile.read(Settings.parse("the decision of " + account.at(), policy))
                            .slice());
        }

        Answers.Decided told() {
            return new Answers.Decided(
                    account.at(),
                    outcome,
                    place.value(),
                    account.reason(),
                    account.expectedSavingDollars(),
                    account.moveCost().dollars(),
                    account.rejected().stream()
                            .map(rejection ->
                                    "%s: %s".formatted(rejection.offer().site(), rejection.reason()))
                            .toList(),
                    account.inputDigest());
        }
    }

    void append(Entry entry) {
        try {
            Files.writeString(file, Json.text(entry) + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("the decision log cannot be written", e);
        }
    }

    /** The last {@code most} decisions for {@code vm}, newest first. */
    public List<Entry> last(VmId vm, int most) {
        Deque<Entry> last = new ArrayDeque<>();
        if (!Files.exists(file)) {
            return List.of();
        }
        try (BufferedReader lines = Files.newBufferedReader(file)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                parsed(line).filter(entry -> entry.account().vm().equals(vm)).ifPresent(last::addFirst);
                if (last.size() > most) {
                    last.removeLast();
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the decision log cannot be read", e);
        }
        return List.copyOf(last);
    }

    /** Empty for a line that a manager was killed in. */
    private static Optional<Entry> parsed(String line) {
        try {
            return Optional.of(Json.read("the decision log", line.getBytes(StandardCharsets.UTF_8), Entry.class));
        } catch (SupercloudException e) {
            log.warn("a decision is left out: {}", e.getMessage());
            return Optional.empty();
        }
    }
}
