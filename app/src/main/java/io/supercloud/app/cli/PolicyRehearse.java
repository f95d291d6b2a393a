package io.supercloud.app.cli;

import io.supercloud.optimizer.PriceTrace;
import io.supercloud.optimizer.chase.ChaseRules;
import io.supercloud.optimizer.chase.PolicyRehearsal;
import io.supercloud.optimizer.chase.Recording;
import io.supercloud.optimizer.chase.RehearsalPage;
import io.supercloud.optimizer.data.EgressTariff;
import io.supercloud.optimizer.data.ListPrices;
import io.supercloud.optimizer.deadline.JobRehearsal;
import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.PolicyFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Replay recorded prices, or availability for jobs with deadlines, and tell what a policy would have paid, beside others. */
@Command(
        name = "rehearse",
        mixinStandardHelpOptions = true,
        description = "Replay recorded prices and tell what a policy would have paid, beside others.")
final class PolicyRehearse implements Callable<Integer> {
    /** More would take longer than anybody waits. */
    private static final int MAX_STARTS = 10_000;

    @Mixin
    private GlobalOptions options;

    @Parameters(paramLabel = "POLICY", description = "A policy file.")
    private Path file;

    @Option(names = "--market", arity = "1..*", description = "Price files: CSV, plain or gzip.")
    private List<Path> market = List.of();

    @Mixin
    private RehearsedJobs jobs;

    @Option(names = "--type", description = "Instance type, where the policy names none.")
    private Optional<String> type;

    @Option(names = "--catalogue", description = "On-demand prices, where the price files have none.")
    private List<Path> catalogues = List.of();

    @Option(names = "--egress", description = "What traffic between regions costs.")
    private List<Path> tariffs = List.of();

    @Option(names = "--from", description = "Earliest start, such as 2015-04-01T00:00:00Z.")
    private Instant from = Instant.MIN;

    @Option(names = "--to", description = "Latest end.")
    private Instant to = Instant.MAX;

    @Option(names = "--days", defaultValue = "7", description = "Length of each run (default: ${DEFAULT-VALUE}).")
    private int days;

    @Option(names = "--starts", defaultValue = "30", description = "How many runs (default: ${DEFAULT-VALUE}).")
    private int starts;

    @Option(
            names = "--changeover",
            defaultValue = "30",
            description = "Seconds that a move takes (default: ${DEFAULT-VALUE}).")
    private int changeoverSeconds;

    @Option(
            names = "--bid",
            defaultValue = "10",
            description = "A place is lost at so many times its list price (default: ${DEFAULT-VALUE}).")
    private double bid;

    @Option(
            names = "--gigabytes",
            defaultValue = "4",
            description = "What a move between regions sends (default: ${DEFAULT-VALUE}).")
    private double gigabytes;

    @Option(names = "--seed", defaultValue = "1", description = "Of the start times (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(names = "--html", paramLabel = "FILE", description = "Write a page with drawings, too.")
    private Optional<Path> html = Optional.empty();

    @Override
    public Integer call() {
        PolicyFile policies = PolicyFile.read(file);
        if (starts < 1 || starts > MAX_STARTS || days < 1 || changeoverSeconds < 0 || gigabytes < 0) {
            throw new CliException(
                    CliException.FAILED,
                    "--starts is from 1 to %d, --days at least 1, --changeover and --gigabytes not negative"
                            .formatted(MAX_STARTS));
        }
        if (market.isEmpty() != jobs.wanted()) {
            throw new CliException(
                    CliException.FAILED,
                    "a rehearsal needs either --market with price files, or --availability with traces for the policy's jobs");
        }
        if (jobs.wanted()) {
            if (html.isPresent()) {
                throw new CliException(CliException.FAILED, "--html draws prices: it does not go with --availability");
            }
            Map<String, JobRehearsal.Report> reports =
                    jobs.rehearse(policies, Duration.ofSeconds(changeoverSeconds), starts, seed, options.progress());
            options.print(reports, PolicyTexts.jobs(reports));
            return 0;
        }
        PolicyRehearsal.Report report = rehearse(policies.slice());
        html.ifPresent(page -> write(page, RehearsalPage.of(report)));
        options.print(report, PolicyTexts.report(report));
        return 0;
    }

    private PolicyRehearsal.Report rehearse(Policy policy) {
        List<Recording> recordings = Recording.of(
                market.stream().map(PriceTrace::read).toList(),
                catalogues.isEmpty() ? ListPrices.unknown() : ListPrices.read(catalogues));
        if (recordings.size() > 1) {
            throw new CliException(
                    CliException.FAILED, "the price files are of different times: rehearse on each of them");
        }
        String instanceType = type.or(policy.places()::instanceType)
                .orElseGet(() ->
                        recordings.getFirst().poolsByType().keySet().iterator().next());
        return PolicyRehearsal.run(
                recordings.getFirst(),
                tariffs.isEmpty() ? EgressTariff.unknown() : EgressTariff.read(tariffs),
                new PolicyRehearsal.Request(
                        policy,
                        instanceType,
                        bounded(from),
                        bounded(to),
                        Duration.ofDays(days),
                        starts,
                        gigabytes,
                        new ChaseRules(Duration.ofSeconds(changeoverSeconds), bid, Duration.ofMinutes(2)),
                        seed),
                options.progress());
    }

    private static void write(Path file, String page) {
        try {
            Files.writeString(file, page);
        } catch (IOException e) {
            throw new CliException(CliException.FAILED, "%s cannot be written: %s".formatted(file, e.getMessage()));
        }
    }

    /** What milliseconds can express. */
    private static Instant bounded(Instant time) {
        Instant earliest = Instant.parse("1970-01-01T00:00:00Z");
        Instant latest = Instant.parse("9999-01-01T00:00:00Z");
        return time.isBefore(earliest) ? earliest : time.isAfter(latest) ? latest : time;
    }
}
