package io.supercloud.migration.agent;

import io.supercloud.core.HostId;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostUnreachableException;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.VirtualMachine;
import io.supercloud.migration.hypervisor.VirtualMachine.Rest;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target's end of a post-copy: the guest runs, and stands still wherever it needs memory that is not here yet. Where the
 * source has lost that, or has been silent for long, the guest is booted from its disk, which is whole.
 */
final class RestReceiver {
    private static final Logger log = LoggerFactory.getLogger(RestReceiver.class);
    private static final Duration LOOK_PAUSE = Duration.ofSeconds(2);
    private static final Duration CALL_LIMIT = Duration.ofSeconds(5);
    /** How long a source that does not answer may still come back with the memory. */
    static final Duration SILENCE_LIMIT = Duration.ofSeconds(60);

    private final HostContext host;
    private final HostedVm vm;
    private final VirtualMachine machine;
    private final HostId source;
    private long heard;

    RestReceiver(HostContext host, HostedVm vm, HostId source) {
        this.host = host;
        this.vm = vm;
        this.machine = vm.machine();
        this.source = source;
    }

    void start() {
        vm.memoryWhole(false);
        host.tasks().start("rest of " + vm.id(), this::receive);
    }

    private void receive() {
        heard = host.tasks().nanoTime();
        try {
            while (machine.awaitRest(LOOK_PAUSE) != Rest.NONE) {
                if (lost() && machine.restOfMemory() != Rest.NONE) {
                    giveUp();
                    return;
                }
                if (machine.restOfMemory() == Rest.BROKEN) {
                    host.tasks().sleep(LOOK_PAUSE);
                }
            }
            vm.memoryWhole(true);
            host.tell(
                    "vm.whole",
                    vm.id().value(),
                    "VM %s has all of its memory on %s".formatted(vm.id(), host.me()),
                    Map.of());
        } catch (MigrationException e) {
            log.warn("VM {} waits for its memory no more: {}", vm.id(), e.getMessage());
            vm.memoryWhole(true);
        }
    }

    private boolean lost() {
        try {
            boolean kept = host.hosts()
                    .of(source)
                    .call(new HostCall.KeepsRest(vm.id()), CALL_LIMIT)
                    .kept();
            heard = host.tasks().nanoTime();
            return !kept;
        } catch (HostUnreachableException e) {
            return host.tasks().nanoTime() - heard > SILENCE_LIMIT.toNanos();
        } catch (MigrationException e) {
            log.info("host {} does not say whether it has memory of VM {}: {}", source, vm.id(), e.getMessage());
            return host.tasks().nanoTime() - heard > SILENCE_LIMIT.toNanos();
        }
    }

    /** The end of the process is followed by a boot, as always. */
    private void giveUp() {
        host.tell(
                "vm.memory-lost",
                vm.id().value(),
                "VM %s ran on %s already when %s lost the rest of its memory: it is booted from its disk"
                        .formatted(vm.id(), host.me(), source),
                Map.of());
        machine.kill();
        vm.memoryWhole(true);
    }
}
