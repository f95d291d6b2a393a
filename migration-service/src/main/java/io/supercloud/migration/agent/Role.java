package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.migration.HostCall.MoveOrder;

/** What this host is to a VM. Kept in a file, so that a restarted agent knows. */
public sealed interface Role {
    /** The VM is this host's: running, or to be run again. */
    record Owning(Owner owner) implements Role {}

    /** The VM's memory and disk come here; it may not run here yet. */
    record Arriving(MoveOrder order) implements Role {}

    /** The VM has been here; its blocks stay as a cache and serve its new host. */
    record Left(Owner next) implements Role {}
}
