package io.supercloud.migration.agent;

import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.VirtualMachine;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a guest go on that a failed disk request has stopped. What stood in the way, a full disk or a host that did not answer,
 * may be over; where it is not, the guest stops again and is heard of again. A transfer sees to its guest by itself.
 */
final class DiskRetry {
    private static final Logger log = LoggerFactory.getLogger(DiskRetry.class);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private DiskRetry() {}

    static void of(HostContext host, HostedVm vm, VirtualMachine stopped, String reason) {
        log.warn(
                "VM {} stands still on {}: {}; that is tried again in {} s",
                vm.id(),
                host.me(),
                reason,
                PAUSE.toSeconds());
        host.tasks().sleep(PAUSE);
        vm.lock().lock();
        try {
            if (vm.mayRunOn(stopped)) {
                stopped.resume();
            }
        } catch (MigrationException e) {
            log.warn("VM {} does not go on: {}", vm.id(), e.getMessage());
        } finally {
            vm.lock().unlock();
        }
    }
}
