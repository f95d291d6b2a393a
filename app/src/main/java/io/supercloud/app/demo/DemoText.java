package io.supercloud.app.demo;

/** The summary of a demo as text for people. */
final class DemoText {
    private DemoText() {}

    static String of(DemoSummary summary) {
        StringBuilder text = new StringBuilder("%n%-10s %-18s %-18s %9s %8s %8s %8s %8s %8s %8s %9s  %s%n"
                .formatted(
                        "",
                        "from",
                        "to",
                        "downtime",
                        "stopped",
                        "drain",
                        "device",
                        "disk",
                        "owner",
                        "resume",
                        "bytes",
                        "why"));
        int number = 0;
        for (DemoSummary.MoveLine move : summary.moves()) {
            text.append(
                    "move %-5d %-18s %-18s %6.0f ms %5.0f ms %5.0f ms %5.0f ms %5.0f ms %5.0f ms %5.0f ms %5d MiB  %s%n"
                            .formatted(
                                    ++number,
                                    move.from(),
                                    move.to(),
                                    move.downtimeMillis(),
                                    move.stoppedMillis(),
                                    move.drainMillis(),
                                    move.deviceStateMillis(),
                                    move.volumeMillis(),
                                    move.ownerMillis(),
                                    move.resumeMillis(),
                                    move.bytes() >> 20,
                                    move.reason()));
        }
        int shown = summary.moves().size() - summary.policyMoves();
        text.append("%nmoves                 %d, median downtime seen by a 1 ms client %.0f ms%n"
                .formatted(summary.moves().size(), summary.medianDowntimeMillis()));
        text.append("of them               %d by the policy, %d because the demo lets the guest touch the stub%n"
                .formatted(summary.policyMoves(), shown));
        text.append("broken connections    %d (%d lines came back in order, %d bytes out of order)%n"
                .formatted(summary.brokenConnections(), summary.linesInOrder(), summary.bytesOutOfOrder()));
        text.append("disk                  %d records written and synced, %d lost, %d changed%n"
                .formatted(summary.recordsWritten(), summary.recordsLost(), summary.recordsCorrupt()));
        text.append("location stub         %s%n"
                .formatted(
                        summary.stubMoved()
                                ? "the VM came to it, its connection waited"
                                : "not touched from elsewhere"));
        text.append("policy                %s%n"
                .formatted(
                        summary.placesMatchDecisions()
                                ? "each move is one of its decisions"
                                : "MOVES DO NOT MATCH ITS DECISIONS"));
        text.append("market                %s, %.1f hours, which end with the last move that the demo waits for%n"
                .formatted(summary.market(), summary.marketHours()));
        text.append("cost                  $%.2f with all moves; staying put $%.2f; on demand $%.2f%n"
                .formatted(summary.costDollars(), summary.stayPutDollars(), summary.onDemandDollars()));
        text.append(
                "                      hours of many changes are shown here; 'policy rehearse' tells the mean of others%n"
                        .formatted());
        text.append("time                  %.0f s".formatted(summary.wallSeconds()));
        return text.toString();
    }
}
