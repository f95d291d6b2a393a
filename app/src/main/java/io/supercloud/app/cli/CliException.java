package io.supercloud.app.cli;

import io.supercloud.core.SupercloudException;

/** The command cannot go on; the message is for the user, {@link #exitCode} for scripts. */
final class CliException extends SupercloudException {
    static final int FAILED = 1;
    static final int NOT_UP = 3;

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    CliException(int exitCode, String message) {
        super(message);
        this.exitCode = exitCode;
    }

    int exitCode() {
        return exitCode;
    }
}
