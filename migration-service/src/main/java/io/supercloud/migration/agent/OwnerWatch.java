package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.SupercloudException;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import java.util.Collection;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registry says who owns what: takes over what has become this host's, stops what no longer is. */
final class OwnerWatch {
    private static final Logger log = LoggerFactory.getLogger(OwnerWatch.class);

    private final HostContext host;
    private final Collection<HostedVm> vms;
    private final Departures departures;

    /** @param vms those of this host, as they come and go */
    OwnerWatch(HostContext host, Collection<HostedVm> vms, Departures departures) {
        this.host = host;
        this.vms = vms;
        this.departures = departures;
    }

    Registry.Subscription begin() {
        return host.registry().watch(Paths.OWNERS, this::changed);
    }

    private void changed(Map<String, Registry.Entry> entries) {
        for (HostedVm vm : vms) {
            Registry.Entry entry = entries.get(vm.id().value());
            if (entry != null) {
                Owner owner = Owners.decode(entry);
                host.tasks().start("owner of " + vm.id(), () -> follow(vm, owner));
            }
        }
    }

    private void follow(HostedVm vm, Owner owner) {
        vm.lock().lock();
        try {
            if (vm.role() instanceof Role.Arriving(MoveOrder order)
                    && order.after().equals(owner)) {
                TargetSide.of(host, vm, order).resume(order);
            } else if (vm.role() instanceof Role.Owning(Owner mine) && isOver(vm, mine, owner)) {
                log.warn(
                        "VM {} belongs to {} at epoch {}: its copy here is ended",
                        vm.id(),
                        owner.host(),
                        owner.epoch());
                vm.leave(owner);
            }
        } catch (SupercloudException e) {
            log.error("VM {} does not follow its owner record: {}", vm.id(), e.getMessage());
        } finally {
            vm.lock().unlock();
        }
    }

    /** A transfer that is under way ends what is here by itself. */
    private boolean isOver(HostedVm vm, Owner mine, Owner now) {
        return now.epoch() > mine.epoch() && !now.host().equals(host.me()) && !departures.has(vm.id());
    }
}
