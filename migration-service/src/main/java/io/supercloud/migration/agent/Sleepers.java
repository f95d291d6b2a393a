package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.migration.VmRecord.Desired;
import io.supercloud.overlay.sdn.PortId;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Wakes VMs that are asleep here when a packet comes for them. That packet is lost, and the next ones, until the guest goes on:
 * who wants an answer sends again, as TCP does. It needs neither the manager nor, but for the VM's record, the registry.
 */
final class Sleepers {
    private static final Logger log = LoggerFactory.getLogger(Sleepers.class);

    private final HostContext host;
    private final Map<VmId, HostedVm> vms;
    private final Departures departures;
    private final LifeCycle lifeCycle;

    /** @param vms all that this host knows of, at any time */
    Sleepers(HostContext host, Map<VmId, HostedVm> vms, Departures departures, LifeCycle lifeCycle) {
        this.host = host;
        this.vms = vms;
        this.departures = departures;
        this.lifeCycle = lifeCycle;
    }

    void listen() {
        host.network().onSleeperTouched(this::touched);
    }

    private void touched(PortId port) {
        HostedVm vm = vms.get(new VmId(port.value()));
        if (vm != null) {
            host.tasks().start("waking of " + vm.id(), () -> wake(vm));
        }
    }

    /** One that is about to leave is woken where it arrives. */
    private void wake(HostedVm vm) {
        vm.lock().lock();
        try {
            boolean asleep = !vm.running() && Wishes.of(host.registry(), vm.id()) == Desired.ASLEEP;
            if (asleep && !departures.has(vm.id()) && vm.role() instanceof Role.Owning(Owner owner)) {
                lifeCycle.wake(vm, owner);
                host.tell(
                        "vm.woken",
                        vm.id().value(),
                        "VM %s was asleep on %s, and is wanted".formatted(vm.id(), host.me()),
                        Map.of());
            }
        } catch (SupercloudException e) {
            log.warn("VM {} is wanted and does not wake: {}", vm.id(), e.getMessage());
        } finally {
            vm.lock().unlock();
        }
    }
}
