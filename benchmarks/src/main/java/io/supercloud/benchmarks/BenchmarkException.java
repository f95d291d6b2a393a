package io.supercloud.benchmarks;

import io.supercloud.core.SupercloudException;

/** A benchmark could not measure; the message says why and what to do. */
final class BenchmarkException extends SupercloudException {
    private static final long serialVersionUID = 1L;

    BenchmarkException(String message) {
        super(message);
    }

    BenchmarkException(String message, Throwable cause) {
        super(message, cause);
    }
}
