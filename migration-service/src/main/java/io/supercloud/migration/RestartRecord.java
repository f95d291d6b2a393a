package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.core.VmId;
import java.time.Instant;
import java.util.Optional;

/**
 * That a VM is to be booted, or was, at another host because its own was lost. Written before the owner changes, so that a manager that
 * is started meanwhile goes on with it.
 *
 * @param next its owner from then on
 * @param outcome how it came to run there; empty until it does
 */
public record RestartRecord(VmId vm, HostId lost, Owner next, Instant begun, Optional<Restarted> outcome) {
    public RestartRecord finished(Restarted how) {
        return new RestartRecord(vm, lost, next, begun, Optional.of(how));
    }

    public boolean done() {
        return outcome.isPresent();
    }
}
