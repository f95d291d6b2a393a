package io.supercloud.optimizer.policy;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The JSON schema (draft 2020-12) of policy files, made from the table of keys, for editors that check while one types. */
public final class PolicySchema {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final JsonMapper INDENTED = JsonMapper.builder()
            .enable(SerializationFeature.INDENT_OUTPUT, SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private PolicySchema() {}

    /** The schema as text. */
    public static String text() {
        Map<String, Object> schema =
                ordered("$schema", "https://json-schema.org/draft/2020-12/schema", "title", "Supercloud policy");
        Map<String, Object> top = properties(_ -> true);
        top.put(
                Keys.VMS,
                mapping("additionalProperties", closed(properties(key -> key.scope() == Key.Scope.VM), List.of())));
        schema.putAll(closed(top, List.of(Keys.NAME.path())));
        return INDENTED.writeValueAsString(schema) + "\n";
    }

    private static Map<String, Object> properties(Predicate<Key<?>> which) {
        Map<String, Object> top = new LinkedHashMap<>();
        Map<String, Map<String, Object>> sections = new LinkedHashMap<>();
        Keys.all().stream().filter(which).forEach(key -> {
            Map<String, Object> described = ordered("description", key.means());
            described.putAll(key.kind().schema());
            key.section()
                    .map(name -> sections.computeIfAbsent(name, _ -> new LinkedHashMap<>()))
                    .orElse(top)
                    .put(key.leaf(), described);
        });
        sections.forEach((name, keys) -> top.put(name, closed(keys, List.of())));
        return top;
    }

    /** A mapping with these keys and no others. */
    static Map<String, Object> closed(Map<String, Object> keys, List<String> required) {
        Map<String, Object> schema = mapping("properties", keys);
        schema.put("additionalProperties", false);
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        return schema;
    }

    static Map<String, Object> mapping(String keyword, Object value) {
        Map<String, Object> schema = ordered("type", "object");
        schema.put(keyword, value);
        return schema;
    }

    /** Keyword and value in turn. */
    static Map<String, Object> ordered(String... words) {
        Map<String, Object> schema = new LinkedHashMap<>();
        for (int i = 0; i < words.length; i += 2) {
            schema.put(words[i], words[i + 1]);
        }
        return schema;
    }

    static String json(Object value) {
        return JSON.writeValueAsString(value);
    }
}
