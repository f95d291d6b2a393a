package io.supercloud.cluster;

/** A call brought no reply. */
public abstract sealed class RpcException extends ClusterException {
    private static final long serialVersionUID = 1L;

    private RpcException(String message, Throwable cause) {
        super(message, cause);
    }

    /** There is no connection, or it broke. */
    public static final class Unreachable extends RpcException {
        private static final long serialVersionUID = 1L;

        private final boolean maybeHandled;

        public Unreachable(String message, boolean maybeHandled, Throwable cause) {
            super(message, cause);
            this.maybeHandled = maybeHandled;
        }

        /** Whether the request was sent, so that the other side may have handled it. */
        public boolean maybeHandled() {
            return maybeHandled;
        }
    }

    /** No reply within the time that the caller gave; the other side may have handled the request. */
    public static final class TimedOut extends RpcException {
        private static final long serialVersionUID = 1L;

        public TimedOut(String message) {
            super(message, null);
        }
    }

    /** The other side's handler threw; the message is its message. */
    public static final class Refused extends RpcException {
        private static final long serialVersionUID = 1L;

        private final String kind;

        public Refused(String kind, String message) {
            super(message, null);
            this.kind = kind;
        }

        /** The simple name of the class of the handler's exception: {@code "Changed"}. */
        public String kind() {
            return kind;
        }
    }
}
