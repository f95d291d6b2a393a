package io.supercloud.optimizer;

import io.supercloud.core.SupercloudException;

/** A trace of prices cannot be used, or does not cover what is asked of it. */
public final class OptimizerException extends SupercloudException {
    private static final long serialVersionUID = 1L;

    OptimizerException(String message) {
        super(message);
    }

    OptimizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
