package io.supercloud.migration;

import io.supercloud.migration.HostCall.SwitchTimes;
import io.supercloud.migration.MoveManner.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where a move's time went: its steps one after the other and, within them, the phases of the switch. Pure.
 *
 * @param spans by their beginning
 * @param memory how it travelled, where it did
 * @param lostFrames that came for the guest after it was stopped, and were not sent on; empty where that is not known
 * @param forecast and {@code report} stand side by side where both are known
 */
public record Timeline(
        String move,
        String state,
        Instant begun,
        List<Span> spans,
        Optional<Memory> memory,
        Optional<Long> lostFrames,
        Optional<MoveForecast> forecast,
        Optional<MoveReport> report) {

    /**
     * @param lane {@code move} for steps; within them {@code guest}, {@code switch}, and {@code disk}, which runs beside it
     * @param startMillis after the move's begin
     */
    public record Span(String name, String lane, double startMillis, double millis) {}

    /**
     * How a guest's memory travelled, as its source's hypervisor told when that was over.
     *
     * @param sentBytes on the wire
     * @param normalPages that went with their content, {@code zeroPages} without
     * @param repeatedPages of all these, those that were sent again
     * @param sentShare what compression left of the content; about 1 without
     * @param throttlePercent by how much the guest was slowed down at most
     * @param postCopyFaults pages that it waited for at the target
     */
    public record Memory(
            long sentBytes,
            long normalPages,
            long zeroPages,
            long repeatedPages,
            long pageBytes,
            double sentShare,
            boolean compressed,
            int channels,
            long rounds,
            long dirtyBytesPerSecond,
            int throttlePercent,
            long postCopyFaults) {
        static Optional<Memory> of(StreamFigures stream, long sentBytes) {
            return stream.equals(StreamFigures.NONE)
                    ? Optional.empty()
                    : Optional.of(new Memory(
                            sentBytes,
                            stream.normalPages(),
                            stream.zeroPages(),
                            stream.repeatedPages(),
                            stream.pageBytes(),
                            stream.sentShare(sentBytes),
                            stream.shape().compressed(),
                            stream.shape().channels(),
                            stream.rounds(),
                            stream.dirtyBytesPerSecond(),
                            stream.throttlePercent(),
                            stream.postCopyFaults()));
        }
    }

    public static Timeline of(MoveRecord move) {
        List<Span> spans = new ArrayList<>();
        List<MoveRecord.Entered> trail = move.trail();
        for (int i = 0; i + 1 < trail.size(); i++) {
            MoveRecord.Entered from = trail.get(i);
            double start = millis(move.begun(), from.at());
            double length = millis(from.at(), trail.get(i + 1).at());
            spans.add(new Span(stepAfter(from.state()), "move", start, length));
            if (from.state().equals("ready")) {
                times(move.state())
                        .ifPresent(times ->
                                spans.addAll(phases(move.order().manner().kind(), times, start)));
            }
        }
        Optional<MoveReport> report =
                move.state() instanceof MoveState.Settled(MoveReport settled) ? Optional.of(settled) : Optional.empty();
        return new Timeline(
                move.order().move().value(),
                move.state().name(),
                move.begun(),
                spans,
                memory(move.state()),
                times(move.state()).map(SwitchTimes::lostFrames).filter(frames -> frames >= 0),
                move.forecast(),
                report);
    }

    private static Optional<Memory> memory(MoveState state) {
        return switch (state) {
            case MoveState.Switched switched -> Memory.of(switched.stream(), switched.memoryBytes());
            case MoveState.Settled(MoveReport report) -> Memory.of(report.stream(), report.memoryBytes());
            case MoveState.Planned ignored -> Optional.empty();
            case MoveState.Checked ignored -> Optional.empty();
            case MoveState.Reserved ignored -> Optional.empty();
            case MoveState.Warmed ignored -> Optional.empty();
            case MoveState.Ready ignored -> Optional.empty();
            case MoveState.Undoing ignored -> Optional.empty();
            case MoveState.Failed ignored -> Optional.empty();
        };
    }

    private static String stepAfter(String state) {
        return switch (state) {
            case "planned" -> "1 check";
            case "checked" -> "2 reserve";
            case "reserved" -> "3 warm";
            case "warmed" -> "4 arm";
            case "ready" -> "5-7 stream, switch, resume";
            case "switched" -> "8 settle";
            default -> state;
        };
    }

    private static Optional<SwitchTimes> times(MoveState state) {
        return switch (state) {
            case MoveState.Switched switched -> Optional.of(switched.times());
            case MoveState.Settled settled -> Optional.of(settled.report().times());
            case MoveState.Planned ignored -> Optional.empty();
            case MoveState.Checked ignored -> Optional.empty();
            case MoveState.Reserved ignored -> Optional.empty();
            case MoveState.Warmed ignored -> Optional.empty();
            case MoveState.Ready ignored -> Optional.empty();
            case MoveState.Undoing ignored -> Optional.empty();
            case MoveState.Failed ignored -> Optional.empty();
        };
    }

    /** A VM without a process has no phases of a guest. */
    private static List<Span> phases(Kind kind, SwitchTimes times, double start) {
        return phases(times, start).stream()
                .filter(phase -> kind == Kind.LIVE || phase.millis() > 0)
                .toList();
    }

    private static List<Span> phases(SwitchTimes times, double start) {
        double stopped = start + times.precopyMillis();
        double drained = stopped + times.drainMillis();
        double handedOver = drained + Math.max(times.deviceStateMillis(), times.volumeMillis());
        double owned = handedOver + times.ownerMillis();
        return List.of(
                new Span("pre-copy", "guest", start, times.precopyMillis()),
                new Span("guest stopped", "guest", stopped, times.stoppedMillis()),
                new Span("drain", "switch", stopped, times.drainMillis()),
                new Span("device state", "switch", drained, times.deviceStateMillis()),
                new Span("volume", "disk", drained, times.volumeMillis()),
                new Span("owner", "switch", handedOver, times.ownerMillis()),
                new Span("resume", "switch", owned, times.resumeMillis()));
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }
}
