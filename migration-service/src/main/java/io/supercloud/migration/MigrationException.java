package io.supercloud.migration;

import io.supercloud.core.SupercloudException;

/** A VM could not be run, stopped or moved; the message says which, why and what to do. */
public class MigrationException extends SupercloudException {
    private static final long serialVersionUID = 1L;

    public MigrationException(String message) {
        super(message);
    }

    public MigrationException(String message, Throwable cause) {
        super(message, cause);
    }
}
