package io.supercloud.settings;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Names;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * A value in a file of settings, at its place. Each reading method returns the value in its type, or throws a
 * {@link SettingsException} that names place, path and what was expected. Immutable.
 */
public final class Node {
    private final String path;
    private final Position position;
    private final Content content;

    sealed interface Content permits Scalar, Items, Fields {}

    record Scalar(String text, boolean plain) implements Content {}

    record Items(List<Node> nodes) implements Content {}

    record Fields(Map<String, Field> byKey) implements Content {}

    record Field(Position position, Node value) {}

    Node(String path, Position position, Content content) {
        this.path = path;
        this.position = position;
        this.content = content;
    }

    /** Where the value stands. */
    public Position position() {
        return position;
    }

    /** The keys; call {@link Mapping#done} when all known ones were asked for. */
    public Mapping mapping() {
        if (content instanceof Fields fields) {
            return new Mapping(this, fields.byKey());
        }
        throw expected("a mapping (key: value)");
    }

    /** What {@code reader} makes of the keys; those that it did not ask for are refused. */
    public <T> T mapping(Function<Mapping, T> reader) {
        Mapping mapping = mapping();
        T value = reader.apply(mapping);
        mapping.done();
        return value;
    }

    /** The items, in order. */
    public <T> List<T> list(Function<Node, T> reader) {
        if (content instanceof Items items) {
            List<T> values = new ArrayList<>();
            items.nodes().forEach(item -> values.add(reader.apply(item)));
            return Collections.unmodifiableList(values);
        }
        throw expected("a list (- item)");
    }

    /** The values by key, in order, for a mapping whose keys the user chooses. */
    public <T> Map<String, T> map(Function<Node, T> reader) {
        if (content instanceof Fields fields) {
            Map<String, T> values = new LinkedHashMap<>();
            fields.byKey().forEach((key, field) -> values.put(key, reader.apply(field.value())));
            return Collections.unmodifiableMap(values);
        }
        throw expected("a mapping (name: value)");
    }

    /** Text that is not empty. */
    public String string() {
        String text = text("text");
        if (text.isEmpty()) {
            throw expected("text that is not empty");
        }
        return text;
    }

    /** A name by the rule of {@link Names}; {@code kind} is what is named. */
    public String name(String kind) {
        return parsed(text -> Names.require(kind, text));
    }

    /** What {@code parser} makes of the text; its {@link InvalidValueException} is told with this place. */
    public <T> T parsed(Function<String, T> parser) {
        try {
            return parser.apply(string());
        } catch (InvalidValueException e) {
            throw error(e.getMessage());
        }
    }

    /** A whole number from {@code min} to {@code max}, both included. */
    public long integer(long min, long max) {
        return Quantities.integer(this, min, max);
    }

    /** A finite decimal number from {@code min} to {@code max}, both included. */
    public double decimal(double min, double max) {
        return Quantities.decimal(this, min, max);
    }

    /** {@code true} or {@code false}. */
    public boolean bool() {
        String text = text("true or false");
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw expected("true or false");
        };
    }

    /** A length of time in one unit: {@code 10ms}, {@code 90s}, {@code 5m}, {@code 2h}, {@code 1d}. */
    public Duration duration() {
        return Quantities.duration(this);
    }

    /** A number of bytes: {@code 512MiB}, {@code 2GiB}. */
    public long bytes() {
        return Quantities.bytes(this);
    }

    /** A bit rate: {@code 100Mbit}, {@code 1Gbit}, per second, in powers of 1000. */
    public long bitsPerSecond() {
        return Quantities.bitsPerSecond(this);
    }

    /** An amount of dollars, 0 or more: {@code 0.09}. */
    public double money() {
        return Quantities.money(this);
    }

    /** A share, from 0 to 1, written as {@code 5%}. */
    public double percent() {
        return Quantities.percent(this);
    }

    /** One of the constants of {@code type}, written in lower case with {@code -} for {@code _}. */
    public <E extends Enum<E>> E oneOf(Class<E> type) {
        List<String> known =
                Arrays.stream(type.getEnumConstants()).map(Node::written).toList();
        String text = text("one of " + String.join(", ", known));
        int index = known.indexOf(text);
        if (index < 0) {
            throw error("'%s' is not one of %s%s"
                    .formatted(
                            text,
                            String.join(", ", known),
                            Near.nearest(text, known)
                                    .map(" (did you mean '%s'?)"::formatted)
                                    .orElse("")));
        }
        return type.getEnumConstants()[index];
    }

    /** An error at this place, for a rule that the caller checks itself. */
    public SettingsException error(String problem) {
        return new SettingsException(position, path.isEmpty() ? problem : path + ": " + problem);
    }

    String text(String expected) {
        if (content instanceof Scalar scalar && !isNull(scalar)) {
            return scalar.text();
        }
        throw expected(expected);
    }

    SettingsException expected(String what) {
        return error("expected %s, found %s".formatted(what, found()));
    }

    /** {@code " in sites.east"}, or nothing at the top. */
    String inside() {
        return path.isEmpty() ? "" : " in " + path;
    }

    private String found() {
        return switch (content) {
            case Scalar scalar -> isNull(scalar) ? "nothing" : "'%s'".formatted(scalar.text());
            case Items _ -> "a list";
            case Fields _ -> "a mapping";
        };
    }

    private static boolean isNull(Scalar scalar) {
        return scalar.plain() && (scalar.text().isEmpty() || scalar.text().matches("~|null|Null|NULL"));
    }

    /** How files name a constant: {@code AWS_S3} is {@code aws-s3}. */
    public static String written(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
