package io.supercloud.optimizer.policy;

import io.supercloud.core.InvalidValueException;
import java.time.DateTimeException;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Hours in which a VM is not moved: {@code mon-fri 08:00-18:00 Europe/Berlin}. Days and zone may be left out: every day,
 * UTC. Hours that end before they begin go on after midnight, and belong to the day on which they begin.
 */
public record QuietHours(DayOfWeek first, DayOfWeek last, LocalTime from, LocalTime to, ZoneId zone) {
    static final String SYNTAX = "^((mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))? )?"
            + "([0-2][0-9]:[0-5][0-9])-([0-2][0-9]:[0-5][0-9])( [A-Za-z0-9_/+-]+)?$";

    private static final Pattern PATTERN = Pattern.compile(SYNTAX);
    private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

    static QuietHours parse(String text) {
        Matcher matcher = PATTERN.matcher(text);
        if (!matcher.matches()) {
            throw bad(text);
        }
        String first = matcher.group(2);
        String last = matcher.group(4);
        try {
            return new QuietHours(
                    first == null ? DayOfWeek.MONDAY : day(first),
                    first == null ? DayOfWeek.SUNDAY : day(last == null ? first : last),
                    LocalTime.parse(matcher.group(5)),
                    LocalTime.parse(matcher.group(6)),
                    ZoneId.of(
                            matcher.group(7) == null ? "UTC" : matcher.group(7).strip()));
        } catch (DateTimeException e) {
            throw bad(text);
        }
    }

    private static InvalidValueException bad(String text) {
        return new InvalidValueException(
                "'%s' are no hours: write something like mon-fri 08:00-18:00 Europe/Berlin".formatted(text));
    }

    private static DayOfWeek day(String name) {
        return DayOfWeek.of(DAYS.indexOf(name) + 1);
    }

    public boolean contains(Instant time) {
        ZonedDateTime local = time.atZone(zone);
        LocalTime clock = local.toLocalTime();
        if (from.isBefore(to)) {
            return holdsOn(local.getDayOfWeek()) && !clock.isBefore(from) && clock.isBefore(to);
        }
        return !clock.isBefore(from) && holdsOn(local.getDayOfWeek())
                || clock.isBefore(to) && holdsOn(local.getDayOfWeek().minus(1));
    }

    /** When the hours that contain {@code time} are over; others of the same kind may begin then. */
    public Instant endAfter(Instant time) {
        ZonedDateTime local = time.atZone(zone);
        ZonedDateTime end = local.with(to);
        return (end.isAfter(local) ? end : local.plusDays(1).with(to)).toInstant();
    }

    private boolean holdsOn(DayOfWeek day) {
        int length = Math.floorMod(last.getValue() - first.getValue(), DAYS.size());
        return Math.floorMod(day.getValue() - first.getValue(), DAYS.size()) <= length;
    }

    @Override
    public String toString() {
        return "%s-%s %s-%s %s"
                .formatted(DAYS.get(first.getValue() - 1), DAYS.get(last.getValue() - 1), from, to, zone);
    }
}
