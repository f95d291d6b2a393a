package io.supercloud.settings;

import io.supercloud.core.SupercloudException;

/** A file of settings cannot be used. The message begins with {@code file:line:column:} where the place is known. */
public final class SettingsException extends SupercloudException {
    private static final long serialVersionUID = 1L;

    SettingsException(Position position, String problem) {
        super(position + ": " + problem);
    }

    SettingsException(String problem, Throwable cause) {
        super(problem, cause);
    }
}
