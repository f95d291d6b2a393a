package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.MoveId;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall.MoveOrder;
import java.util.Optional;

/** Makes orders from what the registry has. */
final class MoveOrders {
    private final Registry registry;
    private final Owners owners;

    MoveOrders(Registry registry) {
        this.registry = registry;
        this.owners = new Owners(registry);
    }

    /** What there is of a VM; empty where there is no VM. */
    Optional<MoveManner.Kind> kind(VmId vm) {
        return find(vm).map(record -> MoveManner.Kind.of(record.desired()));
    }

    private Optional<VmRecord> find(VmId vm) {
        return registry.read(Paths.vm(vm)).map(entry -> Json.read(entry, VmRecord.class));
    }

    /**
     * Throws where no move can be made of it.
     *
     * @param wanted its kind is what the VM makes of it
     */
    MoveOrder of(MoveId id, VmId vm, HostId target, MoveManner wanted) {
        VmRecord record = find(vm).orElseThrow(() -> new MigrationException("there is no VM %s".formatted(vm)));
        Owner before =
                owners.find(vm.value()).orElseThrow(() -> new MigrationException("VM %s has never run".formatted(vm)));
        if (registry.read(Paths.host(target)).isEmpty()) {
            throw new MigrationException("there is no host %s".formatted(target));
        }
        if (before.host().equals(target)) {
            throw new MigrationException("VM %s is on %s already".formatted(vm, target));
        }
        registry.read(Paths.notice(target)).ifPresent(entry -> {
            throw new MigrationException("host %s will be taken away at %s: choose another"
                    .formatted(target, Json.read(entry, HostNotice.class).deadline()));
        });
        MoveManner manner = wanted.of(MoveManner.Kind.of(record.desired()));
        return new MoveOrder(id, record.spec(), before, before.movedTo(target), manner);
    }

    /** A host that is about to be taken away may take the memory of a post-copy with it. */
    Optional<String> objection(MoveOrder order) {
        if (order.manner().kind() != MoveManner.Kind.LIVE
                || order.manner().postCopy() == MoveManner.PostCopy.NEVER
                || registry.read(Paths.notice(order.source())).isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                "host %s is under notice: VM %s may not leave its memory behind there, move it without post-copy"
                        .formatted(order.source(), order.vm()));
    }
}
