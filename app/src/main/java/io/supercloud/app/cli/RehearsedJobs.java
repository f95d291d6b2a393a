package io.supercloud.app.cli;

import io.supercloud.core.VmId;
import io.supercloud.optimizer.data.AvailabilityTrace;
import io.supercloud.optimizer.deadline.Job;
import io.supercloud.optimizer.deadline.JobRehearsal;
import io.supercloud.optimizer.deadline.SpotMarket;
import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.PolicyFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** The part of a rehearsal's command line that is about jobs with deadlines. */
final class RehearsedJobs {
    private static final double SECONDS_PER_HOUR = 3_600;

    @Option(
            names = "--availability",
            arity = "1..*",
            description =
                    "Instead of --market, when spot instances could be had: rehearses the policy's jobs. JSON files"
                            + " called ZONE_RESOURCE.json, plain or gzip, of one resource.")
    private List<Path> availability = List.of();

    @Option(
            names = "--within-hours",
            description = "How long each job has from its start, which the policy's date cannot say.")
    private Optional<Double> withinHours = Optional.empty();

    @Option(
            names = "--spot-price",
            defaultValue = "0.3",
            description = "Of an hour on a spot instance (default: ${DEFAULT-VALUE}).")
    private double spotDollars;

    @Option(
            names = "--on-demand-price",
            defaultValue = "1",
            description = "Of an hour on an on-demand instance (default: ${DEFAULT-VALUE}).")
    private double onDemandDollars;

    boolean wanted() {
        return !availability.isEmpty();
    }

    /** By whose job it is: the slice's, or a VM's that has one of its own. */
    Map<String, JobRehearsal.Report> rehearse(
            PolicyFile policies, Duration changeover, int starts, long seed, Consumer<String> progress) {
        Map<String, Policy.Job> jobs = new LinkedHashMap<>();
        policies.slice().job().ifPresent(job -> jobs.put("slice", job));
        policies.vms().stream()
                .sorted(Comparator.comparing(VmId::value))
                .forEach(vm -> policies.of(vm)
                        .job()
                        .filter(job -> !policies.slice().job().equals(Optional.of(job)))
                        .ifPresent(job -> jobs.put("VM " + vm.value(), job)));
        if (jobs.isEmpty()) {
            throw new CliException(
                    CliException.FAILED,
                    "policy '%s' has no job: give it the keys job.work and job.deadline"
                            .formatted(policies.slice().name()));
        }
        double within = withinHours.orElseThrow(() -> new CliException(
                CliException.FAILED, "--availability needs --within-hours: how long each job has from its start"));
        SpotMarket market = new SpotMarket(
                availability.stream().map(AvailabilityTrace::read).toList(), spotDollars, onDemandDollars);
        Map<String, JobRehearsal.Report> reports = new LinkedHashMap<>();
        jobs.forEach((whose, job) -> reports.put(
                whose,
                JobRehearsal.run(
                        market,
                        new Job(
                                job.work().toSeconds() / SECONDS_PER_HOUR,
                                within,
                                changeover.toSeconds() / SECONDS_PER_HOUR),
                        starts,
                        seed,
                        progress)));
        return reports;
    }
}
