package io.supercloud.migration.hypervisor.internal;

import io.supercloud.migration.MigrationException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One message from QEMU. Input that is none of these is refused. */
sealed interface QmpMessage {
    record Greeting(int major, int minor, int micro) implements QmpMessage {}

    record Return(long id, JsonNode value) implements QmpMessage {}

    record Failure(long id, String kind, String description) implements QmpMessage {}

    record Happened(String event, JsonNode data) implements QmpMessage {}

    JsonMapper JSON = JsonMapper.builder().build();

    static QmpMessage parse(String line) {
        JsonNode node;
        try {
            node = JSON.readTree(line);
        } catch (JacksonException e) {
            throw new MigrationException("QEMU's monitor sent something that is not JSON: " + shortened(line), e);
        }
        if (node.has("QMP")) {
            JsonNode version = node.path("QMP").path("version").path("qemu");
            return new Greeting(number(version, "major"), number(version, "minor"), number(version, "micro"));
        }
        if (node.has("return")
                && node.path("id").isIntegralNumber()
                && node.path("id").canConvertToLong()) {
            return new Return(node.path("id").asLong(), node.path("return"));
        }
        if (node.has("error")) {
            JsonNode error = node.path("error");
            return new Failure(
                    node.path("id").asLong(-1),
                    error.path("class").asString("GenericError"),
                    error.path("desc").asString("no description"));
        }
        if (node.path("event").isString()) {
            return new Happened(node.path("event").asString(), node.path("data"));
        }
        throw new MigrationException("QEMU's monitor sent an unknown message: " + shortened(line));
    }

    private static int number(JsonNode version, String field) {
        if (!version.path(field).isInt()) {
            throw new MigrationException("QEMU's greeting has no version field '" + field + "'");
        }
        return version.path(field).asInt();
    }

    private static String shortened(String line) {
        return line.length() <= 120 ? line : line.substring(0, 120) + "...";
    }
}
