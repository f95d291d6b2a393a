package io.supercloud.migration;

import io.supercloud.core.HostId;
import java.time.Duration;

/** An agent that can be called, on this host or over the network. */
public interface HostAgent {
    Duration DEFAULT_LIMIT = Duration.ofSeconds(30);

    /**
     * Blocks until the agent has answered.
     *
     * @throws HostUnreachableException where it did not: the call may have been carried out or not
     * @throws MigrationException where it refused, with its reason
     */
    <R> R call(HostCall<R> call, Duration limit);

    default <R> R call(HostCall<R> call) {
        return call(call, DEFAULT_LIMIT);
    }

    /** Finds the agent of a host. */
    @FunctionalInterface
    interface Directory {
        /** Never blocks; a host that does not exist is unreachable when called. */
        HostAgent of(HostId host);
    }
}
