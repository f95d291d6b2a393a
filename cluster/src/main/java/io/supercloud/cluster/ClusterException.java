package io.supercloud.cluster;

import io.supercloud.core.SupercloudException;

/** The registry's server, a certificate, a join or a call between processes failed. */
public class ClusterException extends SupercloudException {
    private static final long serialVersionUID = 1L;

    public ClusterException(String message) {
        super(message);
    }

    public ClusterException(String message, Throwable cause) {
        super(message, cause);
    }
}
