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

    /** The cloud said no, for good: nothing was bought, now or later. */
    public static sealed class Refused extends CloudException permits NoCapacity {
        private static final long serialVersionUID = 1L;

        public Refused(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** The zone has no room for another instance of this type now; another zone, type or account may have. */
    public static final class NoCapacity extends Refused {
        private static final long serialVersionUID = 1L;

        public NoCapacity(String account, String zone, Throwable cause) {
            super(
                    "account %s has no capacity left in zone %s: choose another zone or try later"
                            .formatted(account, zone),
                    cause);
        }

        /** @param reason what is used up and what can be done, as a clause */
        public NoCapacity(String account, String zone, String reason, Throwable cause) {
            super("account %s has no capacity left in zone %s: %s".formatted(account, zone, reason), cause);
        }
    }

    /** An instance was bought and is of no use: it is to be ended, whether it is listed yet or not. */
    public static final class Unfinished extends CloudException {
        private static final long serialVersionUID = 1L;

        private final String instanceId;

        public Unfinished(String message, String instanceId, Throwable cause) {
            super(message, cause);
            this.instanceId = instanceId;
        }

        public String instanceId() {
            return instanceId;
        }
    }

    /** The cloud knows no such instance: it is gone for a while, or was bought a moment ago. */
    public static final class NotSeen extends CloudException {
        private static final long serialVersionUID = 1L;

        public NotSeen(String account, String instanceId, Throwable cause) {
            super("account %s knows no instance %s, or not yet".formatted(account, instanceId), cause);
        }
    }
}
