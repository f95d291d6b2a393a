package io.supercloud.app.cli;

import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.MoveId;
import io.supercloud.migration.Json;
import io.supercloud.migration.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Show where the time of a move went, beside its forecast. */
@Command(
        name = "timeline",
        mixinStandardHelpOptions = true,
        description = "Show where the time of a move went, beside its forecast.")
final class TimelineCommand implements Callable<Integer> {
    @Mixin
    private GlobalOptions options;

    private static final double MICROS_PER_MILLI = 1_000;

    @Parameters(paramLabel = "MOVE", description = "As 'supercloud why VM' names it.")
    private String move;

    @Option(names = "--chrome", description = "Print it in Chrome's trace event format, for a trace viewer.")
    private boolean chrome;

    @Override
    public Integer call() {
        ControlRequest.MoveTimeline request = new ControlRequest.MoveTimeline(new MoveId(move));
        Timeline answer = options.manager().ask(request, Timeline.class, options.progress());
        if (chrome) {
            System.out.println(Json.text(Map.of("traceEvents", trace(answer))));
        } else {
            options.print(answer, MoveTexts.timeline(answer));
        }
        return 0;
    }

    /** Complete events of the Trace Event Format, and an instant one with the figures of the memory; each lane is a thread. */
    static List<Map<String, Object>> trace(Timeline timeline) {
        List<Map<String, Object>> events = new ArrayList<>(spans(timeline));
        timeline.memory()
                .ifPresent(memory -> events.add(Map.of(
                        "name",
                        "memory",
                        "ph",
                        "i",
                        "s",
                        "p",
                        "pid",
                        timeline.move(),
                        "tid",
                        "guest",
                        "ts",
                        0,
                        "args",
                        memory)));
        return events;
    }

    private static List<Map<String, Object>> spans(Timeline timeline) {
        return timeline.spans().stream()
                .map(span -> Map.<String, Object>of(
                        "name",
                        span.name(),
                        "ph",
                        "X",
                        "pid",
                        timeline.move(),
                        "tid",
                        span.lane(),
                        "ts",
                        span.startMillis() * MICROS_PER_MILLI,
                        "dur",
                        span.millis() * MICROS_PER_MILLI))
                .toList();
    }
}
