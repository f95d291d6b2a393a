package io.supercloud.app.cli;

import io.supercloud.optimizer.chase.PolicyRehearsal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What a rehearsal found, as a table. */
final class PolicyTexts {
    private PolicyTexts() {}

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
}
