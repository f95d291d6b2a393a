package io.supercloud.core;

import java.time.Instant;
import java.util.Map;

/**
 * Something that happened, for people and programs.
 *
 * @param at when, by the clock of the process that saw it
 * @param kind a dotted word that programs match on: {@code move.switched}
 * @param subject the id of what it happened to
 * @param message a sentence for people
 * @param details further values by name
 */
public record Event(Instant at, String kind, String subject, String message, Map<String, String> details) {
    public Event {
        details = Map.copyOf(details);
    }

    public static Event of(Instant at, String kind, String subject, String message) {
        return new Event(at, kind, subject, message, Map.of());
    }
}
