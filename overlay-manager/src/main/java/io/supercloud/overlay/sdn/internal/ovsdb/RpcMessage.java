package io.supercloud.overlay.sdn.internal.ovsdb;

import io.supercloud.overlay.sdn.OverlayException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A JSON-RPC 1.0 message as RFC 7047 section 4 uses it. */
public sealed interface RpcMessage {
    /** The message as JSON. */
    ObjectNode toJson();

    /** A question; a notification where the id is null. */
    record Request(String method, JsonNode parameters, JsonNode id) implements RpcMessage {
        @Override
        public ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.put("method", method);
            json.set("params", parameters);
            json.set("id", id);
            return json;
        }
    }

    /** An answer: one of result and error is JSON null. */
    record Response(JsonNode result, JsonNode error, JsonNode id) implements RpcMessage {
        @Override
        public ObjectNode toJson() {
            ObjectNode json = JsonNodeFactory.instance.objectNode();
            json.set("result", result);
            json.set("error", error);
            json.set("id", id);
            return json;
        }
    }

    static RpcMessage read(JsonNode json) {
        require(json.isObject() && json.has("id"), "is no object with an id", json);
        JsonNode id = json.get("id");
        if (json.has("method")) {
            require(json.size() == 3 && json.get("method").isString(), "has a wrong method", json);
            require(json.path("params").isArray(), "has no list of parameters", json);
            return new Request(json.get("method").stringValue(), json.get("params"), id);
        }
        require(json.size() == 3 && json.has("result") && json.has("error"), "is neither request nor response", json);
        JsonNode result = json.get("result");
        JsonNode error = json.get("error");
        require(!id.isNull(), "answers nothing", json);
        require(result.isNull() || error.isNull(), "has a result and an error", json);
        return new Response(result, error, id);
    }

    private static void require(boolean condition, String otherwise, JsonNode json) {
        if (!condition) {
            throw new OverlayException.Malformed("a message of the switch's database %s: a JSON %s with %d members"
                    .formatted(otherwise, json.getNodeType(), json.size()));
        }
    }
}
