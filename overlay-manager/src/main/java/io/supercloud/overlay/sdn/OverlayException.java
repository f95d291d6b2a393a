package io.supercloud.overlay.sdn;

import io.supercloud.core.SupercloudException;

/** The overlay of a host could not be programmed. The message names the part and the way out. */
public class OverlayException extends SupercloudException {
    private static final long serialVersionUID = 1L;

    public OverlayException(String message) {
        super(message);
    }

    public OverlayException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Bytes from a switch, a database or a VM are not of the form that their protocol demands. */
    public static final class Malformed extends OverlayException {
        private static final long serialVersionUID = 1L;

        public Malformed(String message) {
            super(message);
        }

        public Malformed(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
