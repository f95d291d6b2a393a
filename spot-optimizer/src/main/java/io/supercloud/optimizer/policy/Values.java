package io.supercloud.optimizer.policy;

import io.supercloud.settings.Mapping;
import io.supercloud.settings.Node;
import io.supercloud.settings.SettingsException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/** The values that a file, or a part of one, gives to keys. */
final class Values {
    private final Map<Key<?>, Value> values;

    /** @param node where it was read */
    private record Value(Object value, Node node) {}

    private Values(Map<Key<?>, Value> values) {
        this.values = values;
    }

    /** Takes the keys that {@code which} accepts out of {@code top}; others in their sections are refused. */
    static Values read(Mapping top, Predicate<Key<?>> which) {
        Map<Key<?>, Value> values = new LinkedHashMap<>();
        Map<String, Optional<Mapping>> sections = new LinkedHashMap<>();
        Keys.all().stream().filter(which).forEach(key -> {
            Optional<Mapping> mapping = key.section().isEmpty()
                    ? Optional.of(top)
                    : sections.computeIfAbsent(
                            key.section().get(), name -> top.optional(name).map(Node::mapping));
            mapping.flatMap(keys -> keys.optional(key.leaf()))
                    .ifPresent(node ->
                            values.put(key, new Value(key.kind().reader().apply(node), node)));
        });
        sections.values().forEach(section -> section.ifPresent(Mapping::done));
        return new Values(values);
    }

    /** These, and for other keys those of {@code below}. */
    Values over(Values below) {
        Map<Key<?>, Value> both = new LinkedHashMap<>(below.values);
        both.putAll(values);
        return new Values(both);
    }

    /** What {@code key} was given: a value is only ever put in beside the key by whose kind it was read. */
    @SuppressWarnings("unchecked")
    <T> Optional<T> find(Key<T> key) {
        return Optional.ofNullable(values.get(key)).map(value -> (T) value.value());
    }

    <T> T get(Key<T> key) {
        return find(key).orElseThrow(() -> new IllegalStateException("no layer gives a value to " + key));
    }

    /** The value of {@code key} as {@link Kind#writer} writes it. */
    <T> Optional<Object> written(Key<T> key) {
        return find(key).map(key.kind().writer());
    }

    /** File, line and column of the value of {@code key}. */
    Optional<String> origin(Key<?> key) {
        return Optional.ofNullable(values.get(key))
                .map(value -> value.node().position().toString());
    }

    /** An error at the value of {@code key}. */
    SettingsException error(Key<?> key, String problem) {
        return values.get(key).node().error(problem);
    }
}
