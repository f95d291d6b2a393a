package io.supercloud.overlay.cloud.local.internal;

/** A zone holds its maximum of instances. */
public final class CapacityException extends Exception {
    private static final long serialVersionUID = 1L;

    CapacityException(String message) {
        super(message);
    }
}
