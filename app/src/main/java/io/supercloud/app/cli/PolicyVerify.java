package io.supercloud.app.cli;

import io.supercloud.app.manager.DecisionLog;
import io.supercloud.core.VmId;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Decide again from the inputs that a decision log has, and say whether the decisions are the same. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Decide again from the inputs in a decision log; fails where a decision is another now.")
final class PolicyVerify implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    @Parameters(index = "0", paramLabel = "LOG", description = "decisions.jsonl in a deployment's directory.")
    private Path file;

    @Parameters(index = "1", paramLabel = "VM")
    private String vm;

    @Option(names = "--last", defaultValue = "1000", description = "How many (default: ${DEFAULT-VALUE}).")
    private int last;

    /** What was found. */
    record Verified(int decisions, List<String> different) {}

    @Override
    public Integer call() {
        List<DecisionLog.Entry> entries = new DecisionLog(file).last(new VmId(vm), last);
        List<String> different = entries.stream()
                .filter(entry -> !entry.again().account().equals(entry.account()))
                .map(entry -> "%s: %s"
                        .formatted(entry.account().at(), entry.again().account().reason()))
                .toList();
        options.print(
                new Verified(entries.size(), different),
                different.isEmpty()
                        ? "%d decisions for VM %s, each the same again".formatted(entries.size(), vm)
                        : "of %d decisions %d are others now:%n%s"
                                .formatted(entries.size(), different.size(), String.join("\n", different)));
        return different.isEmpty() ? 0 : CliException.FAILED;
    }
}
