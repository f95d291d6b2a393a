package io.supercloud.overlay.cloud;

import io.supercloud.core.SupercloudException;

/** A cloud, or the way to a host in it, failed. */
public class CloudException extends SupercloudException {
    private static final long serialVersionUID = 1L;

    public CloudException(String message) {
        super(message);
    }

    public CloudException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The zone has no room for another instance of this type now; another zone, type or account may have. */
    public static final class NoCapacity extends CloudException {
        private static final long serialVersionUID = 1L;

        public NoCapacity(String account, String zone, Throwable cause) {
            super(
                    "account %s has no capacity left in zone %s: choose another zone or try later"
                            .formatted(account, zone),
                    cause);
        }
    }
}
