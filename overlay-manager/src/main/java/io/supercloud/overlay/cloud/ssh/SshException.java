package io.supercloud.overlay.cloud.ssh;

import io.supercloud.overlay.cloud.CloudException;

/** A host cannot be reached by SSH, or a command or transfer there did not come to its end. */
public final class SshException extends CloudException {
    private static final long serialVersionUID = 1L;

    public SshException(String message) {
        super(message);
    }

    public SshException(String message, Throwable cause) {
        super(message, cause);
    }
}
