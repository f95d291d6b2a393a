package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.SupercloudException;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.hypervisor.VirtualMachine;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to one process of a VM that is this host's: that it is replaced when it dies, and goes on when its disk does. */
final class ProcessWatch {
    private static final Logger log = LoggerFactory.getLogger(ProcessWatch.class);
    private static final Duration RETRY_PAUSE = Duration.ofSeconds(2);

    private final HostContext host;
    private final HostedVm vm;
    private final VirtualMachine process;

    ProcessWatch(HostContext host, HostedVm vm, VirtualMachine process) {
        this.host = host;
        this.vm = vm;
        this.process = process;
    }

    /** A new process, and its guest running where it shall: one that cannot be told is ended, so that another can be tried. */
    static VirtualMachine running(VirtualMachine begun, boolean shall) {
        try {
            if (shall) {
                begun.resume();
            }
            return begun;
        } catch (MigrationException e) {
            begun.kill();
            throw e;
        }
    }

    void start() {
        process.onExit(exit -> {
            while (!followed(exit)) {
                host.tasks().sleep(RETRY_PAUSE);
            }
        });
        process.onDiskError(reason -> DiskRetry.of(host, vm, process, reason));
    }

    /** Whether what had to follow the end of the process is done. */
    private boolean followed(VirtualMachine.Exit exit) {
        vm.lock().lock();
        try {
            vm.lock().signalAll();
            if (vm.minds(process) && vm.role() instanceof Role.Owning(Owner owner)) {
                follow(exit, owner);
            }
            return true;
        } catch (SupercloudException e) {
            log.error("VM {} could not be restarted, which is tried again: {}", vm.id(), e.getMessage());
            return false;
        } finally {
            vm.lock().unlock();
        }
    }

    private void follow(VirtualMachine.Exit exit, Owner owner) {
        switch (exit) {
            case GUEST_SHUT_DOWN -> {
                tell("vm.shut-down", "VM %s has shut itself down".formatted(vm.id()));
                host.registry()
                        .read(Paths.vm(vm.id()))
                        .ifPresent(entry -> host.registry()
                                .replace(
                                        entry,
                                        Json.write(
                                                Json.read(entry, VmRecord.class).wanting(VmRecord.Desired.STOPPED))));
                vm.unplug();
            }
            case KILLED -> {
                if (vm.handingOver()) {
                    return;
                }
                tell(
                        "vm.died",
                        "the process of VM %s died on %s; it is restarted from its disk".formatted(vm.id(), host.me()));
                vm.boot(owner);
            }
        }
    }

    private void tell(String kind, String message) {
        host.tell(kind, vm.id().value(), message, Map.of());
    }
}
