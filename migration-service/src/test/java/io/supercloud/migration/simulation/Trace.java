package io.supercloud.migration.simulation;

import java.util.ArrayList;
import java.util.List;

/** What happened in one simulation, in words, and what should not have. */
final class Trace {
    private static final double NANOS = 1e9;

    private final Scheduler scheduler;
    private final List<String> lines = new ArrayList<>();
    private final List<String> violations = new ArrayList<>();
    private String lastOnce = "";

    Trace(Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @SuppressWarnings("AnnotateFormatMethod")
    void say(String format, Object... arguments) {
        lines.add("%10.4f  %s".formatted(scheduler.nowNanos() / NANOS, format.formatted(arguments)));
    }

    /** Nothing where the last such sentence was the same. */
    void sayOnce(String sentence) {
        if (!sentence.equals(lastOnce)) {
            lastOnce = sentence;
            say("%s", sentence);
        }
    }

    void violated(String sentence) {
        say("VIOLATED: %s", sentence);
        violations.add(sentence);
    }

    List<String> violations() {
        return List.copyOf(violations);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }
}
