package io.supercloud.app.demo;

import java.util.List;

/**
 * What a demo run showed; with {@code --json} the last line of its output.
 *
 * @param policyMoves how many of the moves the policy decided; the others are the demo's own
 * @param stubMoved whether the VM came to the stub's site because it touched the stub
 * @param placesMatchDecisions whether each move by policy went where the decision log says
 */
public record DemoSummary(
        List<MoveLine> moves,
        int policyMoves,
        long brokenConnections,
        long recordsWritten,
        long recordsLost,
        long recordsCorrupt,
        long bytesOutOfOrder,
        long linesInOrder,
        double medianDowntimeMillis,
        boolean stubMoved,
        boolean placesMatchDecisions,
        double costDollars,
        double stayPutDollars,
        double onDemandDollars,
        String market,
        double marketHours,
        double wallSeconds,
        long seed) {

    /**
     * @param downtimeMillis the longest time without an answer that a client saw which asks once a millisecond
     * @param stoppedMillis how long the guest itself stood still
     * @param bytes memory and disk that went from source to target
     */
    public record MoveLine(
            String vm,
            String from,
            String to,
            String reason,
            double downtimeMillis,
            double stoppedMillis,
            double drainMillis,
            double deviceStateMillis,
            double volumeMillis,
            double ownerMillis,
            double resumeMillis,
            double precopyMillis,
            long totalMillis,
            long bytes) {}

    /** Whether the run held what the demo promises. */
    public boolean sound() {
        return brokenConnections == 0
                && recordsLost == 0
                && recordsCorrupt == 0
                && bytesOutOfOrder == 0
                && placesMatchDecisions;
    }
}
