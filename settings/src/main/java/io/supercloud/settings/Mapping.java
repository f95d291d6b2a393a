package io.supercloud.settings;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The keys of one mapping, taken out one by one. What was asked for is what is known: {@link #done} refuses the rest.
 * Prefer {@link Node#mapping(java.util.function.Function)}, which does not forget to call it.
 */
public final class Mapping {
    private final Node node;
    private final Map<String, Node.Field> fields;
    private final Set<String> asked = new LinkedHashSet<>();

    Mapping(Node node, Map<String, Node.Field> fields) {
        this.node = node;
        this.fields = fields;
    }

    /** The value of {@code key}; throws {@link SettingsException} where there is none. */
    public Node require(String key) {
        return optional(key).orElseThrow(() -> missing(key));
    }

    /** The value of {@code key}, where the key is there. */
    public Optional<Node> optional(String key) {
        asked.add(key);
        return Optional.ofNullable(fields.get(key)).map(Node.Field::value);
    }

    /** Where the mapping stands. */
    public Position position() {
        return node.position();
    }

    /** Throws {@link SettingsException} for the first key that was never asked for. */
    public void done() {
        for (String key : unread()) {
            throw new SettingsException(
                    fields.get(key).position(),
                    "unknown key '%s'%s%s".formatted(key, node.inside(), Near.hint(key, asked)));
        }
    }

    private SettingsException missing(String key) {
        Optional<String> misspelt = Near.nearest(key, unread());
        if (misspelt.isPresent()) {
            return new SettingsException(
                    fields.get(misspelt.get()).position(),
                    "unknown key '%s'%s (did you mean '%s'?)".formatted(misspelt.get(), node.inside(), key));
        }
        return new SettingsException(node.position(), "key '%s' is missing%s".formatted(key, node.inside()));
    }

    private List<String> unread() {
        return fields.keySet().stream().filter(key -> !asked.contains(key)).toList();
    }
}
