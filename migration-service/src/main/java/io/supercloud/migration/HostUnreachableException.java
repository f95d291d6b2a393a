package io.supercloud.migration;

import io.supercloud.core.HostId;

/** No answer came from a host's agent; what was asked may have been done or not. */
public final class HostUnreachableException extends MigrationException {
    private static final long serialVersionUID = 1L;

    public HostUnreachableException(HostId host, Throwable cause) {
        super("host %s did not answer: %s".formatted(host, cause.getMessage()), cause);
    }
}
