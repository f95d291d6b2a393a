package io.supercloud.optimizer;

import io.supercloud.core.SupercloudException;

/** Data of a market cannot be used, or do not cover what is asked of them. */
public final class OptimizerException extends SupercloudException {
    private static final long serialVersionUID = 1L;

    public OptimizerException(String message) {
        super(message);
    }

    public OptimizerException(String message, Throwable cause) {
        super(message, cause);
    }
}
