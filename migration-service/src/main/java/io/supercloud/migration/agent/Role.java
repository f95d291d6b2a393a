package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.VmId;
import io.supercloud.image.AtRisk;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.VmStatus;

/** What this host is to a VM. Kept in a file, so that a restarted agent knows. */
public sealed interface Role {
    /** What a host tells of a VM; {@code process} is what its process does, where the VM is this host's. */
    default VmStatus status(VmId vm, String process, long missingBlocks, AtRisk atRisk) {
        return switch (this) {
            case Owning(Owner owner) -> new VmStatus(vm, owner.epoch(), process, missingBlocks, atRisk);
            case Arriving(MoveOrder order) -> new VmStatus(vm, order.after().epoch(), word(), 0, AtRisk.NOTHING);
            case Left(Owner next) -> new VmStatus(vm, next.epoch(), word(), 0, AtRisk.NOTHING);
        };
    }

    /** For people and for figures. */
    default String word() {
        return switch (this) {
            case Owning ignored -> "owning";
            case Arriving ignored -> "arriving";
            case Left ignored -> "left";
        };
    }

    /** Whether the VM has been here and is {@code next}'s still. */
    default boolean leftTo(Owner next) {
        return this instanceof Left(Owner owner) && owner.equals(next);
    }

    /** The VM is this host's: running, or to be run again. */
    record Owning(Owner owner) implements Role {}

    /** The VM's memory and disk come here; it may not run here yet. */
    record Arriving(MoveOrder order) implements Role {}

    /** The VM has been here; its blocks stay as a cache and serve its new host. */
    record Left(Owner next) implements Role {}
}
