package io.supercloud.app.cli;

import io.supercloud.optimizer.Decision;
import io.supercloud.optimizer.chase.PolicyRehearsal;
import io.supercloud.optimizer.deadline.JobRehearsal;
import io.supercloud.optimizer.policy.PolicyFile;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Policies, decisions and what rehearsals found, as text for people. */
final class PolicyTexts {
    private PolicyTexts() {}

    static String origins(List<PolicyFile.Origin> origins) {
        List<String> lines = new ArrayList<>();
        for (PolicyFile.Origin origin : origins) {
            lines.add("%-20s %-28s %s"
                    .formatted(origin.key(), origin.value().isEmpty() ? "-" : origin.value(), origin.from()));
        }
        return String.join("\n", lines);
    }

    static String decision(Decision decision) {
        Decision.Account account = decision.account();
        List<String> lines = new ArrayList<>();
        lines.add(
                switch (decision) {
                    case Decision.Stay _ -> "VM %s stays: %s".formatted(account.vm(), account.reason());
                    case Decision.Move move ->
                        "VM %s moves to %s: %s".formatted(account.vm(), move.target(), account.reason());
                });
        account.rejected()
                .forEach(each -> lines.add("  not %s (%s): %s"
                        .formatted(
                                each.offer().site(),
                                each.offer().rental().name().toLowerCase(Locale.ROOT),
                                each.reason())));
        lines.add("  standby replicas at %s; inputs %s".formatted(account.standbys(), account.inputDigest()));
        return String.join("\n", lines);
    }

    static String report(PolicyRehearsal.Report report) {
        List<String> lines = new ArrayList<>();
        lines.add("%s at %d places, %d runs of %.0f hours; means, with the 95 %% confidence interval over start times"
                .formatted(report.instanceType(), report.places().size(), report.runs(), report.hours()));
        lines.add("%-24s %10s %9s %11s %12s %7s %9s"
                .formatted("", "dollars", "+-", "x optimum", "availability", "moves", "egress"));
        for (PolicyRehearsal.Line line : report.lines()) {
            lines.add(String.format(
                    Locale.ROOT,
                    "%-24s %10.3f %9.3f %11.4f %11.3f%% %7.1f %9.3f",
                    line.policy(),
                    line.dollars(),
                    line.dollarsPlusMinus(),
                    line.timesOptimum(),
                    100 * line.availability(),
                    line.moves(),
                    line.egressDollars()));
        }
        return String.join("\n", lines);
    }

    static String jobs(Map<String, JobRehearsal.Report> reports) {
        List<String> lines = new ArrayList<>();
        reports.forEach((whose, report) -> {
            lines.add(String.format(
                    Locale.ROOT,
                    "the job of %s: %.1f hours of work within %.1f, %d zones, %d runs; means, with the 95 %% confidence"
                            + " interval over start times",
                    whose,
                    report.job().workHours(),
                    report.job().deadlineHours(),
                    report.zones().size(),
                    report.runs()));
            lines.add("%-24s %10s %9s %11s %7s %7s".formatted("", "dollars", "+-", "x optimum", "starts", "missed"));
            for (JobRehearsal.Line line : report.lines()) {
                lines.add(String.format(
                        Locale.ROOT,
                        "%-24s %10.3f %9.3f %11.4f %7.1f %7d",
                        line.policy(),
                        line.dollars(),
                        line.dollarsPlusMinus(),
                        line.timesOptimum(),
                        line.starts(),
                        line.missed()));
            }
        });
        return String.join("\n", lines);
    }
}
