package io.supercloud.core;

/** A value from outside is not of the form that it must have. */
public class InvalidValueException extends SupercloudException {
    private static final long serialVersionUID = 1L;

    public InvalidValueException(String message) {
        super(message);
    }
}
