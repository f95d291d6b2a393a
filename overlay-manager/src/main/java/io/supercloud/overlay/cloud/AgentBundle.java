package io.supercloud.overlay.cloud;

import io.supercloud.core.InvalidValueException;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a host is to run.
 *
 * @param content a gzipped tar, or a directory to make one of; either has the start script {@code bin/agent}
 * @param environment variables of the agent; may hold secrets. Values have no single quotes, backslashes and control
 *     characters
 */
public record AgentBundle(Path content, Map<String, String> environment) {
    public AgentBundle {
        environment = Map.copyOf(environment);
        environment.forEach((name, value) -> {
            if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || !value.matches("[^'\\\\\\p{Cntrl}]*")) {
                throw new InvalidValueException(
                        "the agent's environment variable %s is not valid: use a plain name, and a value without single quotes, backslashes and control characters"
                                .formatted(name));
            }
        });
    }
}
