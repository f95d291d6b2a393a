package io.supercloud.optimizer.policy;

import io.supercloud.settings.Node;
import java.util.Map;
import java.util.function.Function;

/**
 * What the values of a key are.
 *
 * @param reader takes one out of a file, or throws with its place
 * @param writer writes one as JSON, so that {@code reader} reads it again
 * @param schema its JSON schema (draft 2020-12)
 */
record Kind<T>(Function<Node, T> reader, Function<T, Object> writer, Map<String, Object> schema) {}
