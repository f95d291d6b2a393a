package io.supercloud.app.cli;

import io.supercloud.app.manager.Answers;
import io.supercloud.migration.EvacuationPlan;
import io.supercloud.migration.MoveForecast;
import io.supercloud.migration.Timeline;

/** Forecasts, timelines and evacuations as text for people. */
final class MoveTexts {
    private static final int MEBI_SHIFT = 20;
    private static final int BAR_CHARACTERS = 40;

    private MoveTexts() {}

    static String forecast(MoveForecast forecast) {
        return "forecast: %.1f s, guest stopped %.0f ms, %d MiB of memory%s, %d MiB of disk, $%.4f%s"
                .formatted(
                        forecast.seconds(),
                        forecast.downtimeMillis(),
                        forecast.memoryBytes() >> MEBI_SHIFT,
                        forecast.stream().compressed()
                                ? " compressed to %.0f %%".formatted(100 * forecast.sentShare())
                                : "",
                        forecast.diskBytes() >> MEBI_SHIFT,
                        forecast.dollars(),
                        forecast.converges() ? "" : "; its memory changes faster than it travels");
    }

    static String timeline(Timeline timeline) {
        StringBuilder text = new StringBuilder(
                "move %s is %s, begun %s%n".formatted(timeline.move(), timeline.state(), timeline.begun()));
        double whole = timeline.spans().stream()
                .mapToDouble(span -> span.startMillis() + span.millis())
                .max()
                .orElse(1);
        for (Timeline.Span span : timeline.spans()) {
            int from = (int) (BAR_CHARACTERS * span.startMillis() / whole);
            int length = Math.max(1, (int) (BAR_CHARACTERS * span.millis() / whole));
            text.append("  %-28s %9.1f ms %9.1f ms  %s%s%n"
                    .formatted(
                            (span.lane().equals("move") ? "" : "  ") + span.name(),
                            span.startMillis(),
                            span.millis(),
                            " ".repeat(from),
                            "=".repeat(length)));
        }
        timeline.memory()
                .ifPresent(memory -> text.append("  ").append(memory(memory)).append('\n'));
        timeline.lostFrames()
                .ifPresent(frames ->
                        text.append("  network: %d packets came for the guest while it was stopped, and were lost%n"
                                .formatted(frames)));
        timeline.forecast()
                .ifPresent(
                        forecast -> text.append("  ").append(forecast(forecast)).append('\n'));
        timeline.report()
                .ifPresent(report ->
                        text.append("  measured: %.1f s, guest stopped %.0f ms, %d MiB of memory, %d MiB of disk%n"
                                .formatted(
                                        report.totalMillis() / 1e3,
                                        report.times().stoppedMillis(),
                                        report.memoryBytes() >> MEBI_SHIFT,
                                        report.diskBytes() >> MEBI_SHIFT)));
        return text.toString().stripTrailing();
    }

    private static String memory(Timeline.Memory memory) {
        return "memory: %d pages, %d of them zero, %d sent again, in %d rounds; %s; it changed %.1f MiB/s%s%s"
                .formatted(
                        memory.normalPages() + memory.zeroPages(),
                        memory.zeroPages(),
                        memory.repeatedPages(),
                        memory.rounds(),
                        memory.compressed()
                                ? "compressed to %.0f %% over %d channels"
                                        .formatted(100 * memory.sentShare(), memory.channels())
                                : "not compressed",
                        memory.dirtyBytesPerSecond() / (double) (1 << MEBI_SHIFT),
                        memory.throttlePercent() > 1
                                ? ", slowed down by %d %%".formatted(memory.throttlePercent())
                                : "",
                        memory.postCopyFaults() > 0
                                ? "; the guest waited for %d pages".formatted(memory.postCopyFaults())
                                : "");
    }

    static String evacuation(Answers.Evacuation answer) {
        StringBuilder text = new StringBuilder("host %s%n".formatted(answer.host()));
        for (EvacuationPlan.Departure departure : answer.departures()) {
            text.append("  VM %-16s to %-20s away after %.1f s%s%n"
                    .formatted(
                            departure.vm(),
                            departure.target(),
                            departure.awayAfterSeconds(),
                            departure.inTime() ? "" : ", too late"));
        }
        answer.homeless().forEach(vm -> text.append("  VM %-16s has nowhere to go%n".formatted(vm)));
        answer.moves()
                .forEach(move -> text.append("  ").append(Texts.move(move)).append('\n'));
        return text.toString().stripTrailing();
    }

    static String why(Answers.Why why) {
        StringBuilder text = new StringBuilder("VM %s is on %s%n".formatted(why.vm(), why.host()));
        for (Answers.Move move : why.moves()) {
            text.append("  %s %s: %s -> %s, %s: %s%s%n"
                    .formatted(
                            move.begun(),
                            move.move(),
                            move.from(),
                            move.to(),
                            move.state(),
                            move.reason(),
                            move.failure()
                                    .map(failure -> "; it failed at " + failure)
                                    .orElse("")));
        }
        for (Answers.Restart restart : why.restarts()) {
            text.append("  %s restart: %s -> %s at epoch %d, %s: host %s was lost%s%n"
                    .formatted(
                            restart.begun(),
                            restart.lost(),
                            restart.to(),
                            restart.epoch(),
                            switch (restart.state()) {
                                case "resumed" -> "resumed from its checkpoint";
                                case "booted" -> "booted from its disk";
                                default -> restart.state();
                            },
                            restart.lost(),
                            restart.obstacle().isEmpty()
                                    ? ""
                                    : "; it did not go on from a checkpoint: " + restart.obstacle()));
        }
        why.decisions().forEach(decision -> text.append(decision(decision)));
        return text.toString().stripTrailing();
    }

    private static String decision(Answers.Decided decision) {
        StringBuilder text = new StringBuilder("  market %s: %s at %s, %s%n"
                .formatted(decision.at(), decision.outcome(), decision.place(), decision.reason()));
        decision.rejected()
                .forEach(reason -> text.append("      not ").append(reason).append('\n'));
        return text.toString();
    }
}
