package io.supercloud.overlay.sdn.internal.ovsdb;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes the operations of RFC 7047 section 5.2 and the values of section 5.1. */
final class Operations {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private Operations() {}

    static ObjectNode select(String table, ArrayNode where, String... columns) {
        ObjectNode operation = operation("select", table);
        operation.set("where", where);
        operation.set("columns", strings(List.of(columns)));
        return operation;
    }

    static ObjectNode insert(String table, String name, ObjectNode row) {
        ObjectNode operation = operation("insert", table);
        operation.set("row", row);
        operation.put("uuid-name", name);
        return operation;
    }

    static ObjectNode update(String table, ArrayNode where, ObjectNode row) {
        ObjectNode operation = operation("update", table);
        operation.set("where", where);
        operation.set("row", row);
        return operation;
    }

    static ObjectNode mutate(String table, ArrayNode where, String column, String mutator, JsonNode value) {
        ObjectNode operation = operation("mutate", table);
        operation.set("where", where);
        ArrayNode mutation = JSON.arrayNode().add(column).add(mutator);
        mutation.add(value);
        operation.set("mutations", JSON.arrayNode().add(mutation));
        return operation;
    }

    /** Waits until {@code column} of the chosen row is not {@code value} any more. */
    static ObjectNode waitUntilNot(String table, ArrayNode where, String column, JsonNode value, long timeoutMillis) {
        ObjectNode operation = operation("wait", table);
        operation.put("timeout", timeoutMillis);
        operation.set("where", where);
        operation.set("columns", strings(List.of(column)));
        operation.put("until", "!=");
        ObjectNode row = JSON.objectNode();
        row.set(column, value);
        operation.set("rows", JSON.arrayNode().add(row));
        return operation;
    }

    private static ObjectNode operation(String kind, String table) {
        return JSON.objectNode().put("op", kind).put("table", table);
    }

    static ArrayNode all() {
        return JSON.arrayNode();
    }

    static ArrayNode named(String name) {
        return JSON.arrayNode().add(JSON.arrayNode().add("name").add("==").add(name));
    }

    static ArrayNode uuidIs(JsonNode uuid) {
        ArrayNode condition = JSON.arrayNode().add("_uuid").add("==");
        condition.add(uuid);
        return JSON.arrayNode().add(condition);
    }

    static ArrayNode namedUuid(String name) {
        return JSON.arrayNode().add("named-uuid").add(name);
    }

    static ArrayNode set(List<? extends JsonNode> values) {
        ArrayNode elements = JSON.arrayNode();
        values.forEach(elements::add);
        ArrayNode set = JSON.arrayNode().add("set");
        set.add(elements);
        return set;
    }

    static ArrayNode stringSet(List<String> values) {
        ArrayNode set = JSON.arrayNode().add("set");
        set.add(strings(values));
        return set;
    }

    static ArrayNode map(Map<String, String> values) {
        ArrayNode pairs = JSON.arrayNode();
        values.forEach((key, value) -> pairs.add(JSON.arrayNode().add(key).add(value)));
        ArrayNode map = JSON.arrayNode().add("map");
        map.add(pairs);
        return map;
    }

    /** The members of a set; a set of one may come as its member alone. */
    static List<JsonNode> members(JsonNode value) {
        boolean isSet = value.isArray()
                && value.size() == 2
                && value.get(0).asString("").equals("set");
        return isSet ? value.get(1).valueStream().toList() : List.of(value);
    }

    private static ArrayNode strings(List<String> values) {
        ArrayNode array = JSON.arrayNode();
        values.forEach(array::add);
        return array;
    }
}
