package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.core.VmId;
import java.time.Instant;

/**
 * That a VM is to be booted, or was, at another host because its own was lost. Written before the owner changes, so that a manager that
 * is started meanwhile goes on with it.
 *
 * @param next its owner from then on
 * @param done whether it runs there
 */
public record RestartRecord(VmId vm, HostId lost, Owner next, Instant begun, boolean done) {
    public RestartRecord finished() {
        return new RestartRecord(vm, lost, next, begun, true);
    }
}
