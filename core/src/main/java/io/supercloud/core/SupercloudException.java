package io.supercloud.core;

/**
 * The root of all errors that Supercloud raises on purpose. The message is a sentence for the user: it names the thing,
 * what is wrong with it and the way out.
 */
public class SupercloudException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public SupercloudException(String message) {
        super(message);
    }

    public SupercloudException(String message, Throwable cause) {
        super(message, cause);
    }
}
