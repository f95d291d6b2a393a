package io.supercloud.migration.agent;

import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.migration.CheckpointRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Takes checkpoints of this host's VMs as often as they want them: a task for each VM that wants any. */
final class Checkpoints implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);
    private static final Duration LOOK_PAUSE = Duration.ofSeconds(1);

    private final HostContext host;
    private final Map<VmId, HostedVm> vms;
    private final Set<VmId> minded = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** @param vms all that this host knows of, at any time */
    Checkpoints(HostContext host, Map<VmId, HostedVm> vms) {
        this.host = host;
        this.vms = vms;
    }

    /** To be called when a VM has come to be known here; nothing happens where it wants no checkpoints, or is minded already. */
    HostedVm mind(HostedVm vm) {
        if (vm.spec().protection().resumes() && minded.add(vm.id())) {
            host.tasks().start("checkpoints of " + vm.id(), () -> follow(vm.id()));
        }
        return vm;
    }

    private void follow(VmId id) {
        Instant failed = Instant.MIN;
        while (!closed && wants(id)) {
            HostedVm vm = vms.get(id);
            long begin = host.tasks().nanoTime();
            if (isDue(vm, failed) && !taken(vm)) {
                failed = host.clock().instant();
            }
            host.tasks().sleep(pauseAfter(Duration.ofNanos(host.tasks().nanoTime() - begin)));
        }
        minded.remove(id);
    }

    /** As long as the work, at least: the ledgers are the disk's for half of the time, however large the memory is. */
    private static Duration pauseAfter(Duration work) {
        return work.compareTo(LOOK_PAUSE) > 0 ? work : LOOK_PAUSE;
    }

    private boolean wants(VmId id) {
        HostedVm vm = vms.get(id);
        return vm != null && vm.spec().protection().resumes();
    }

    /** By the last one, wherever it was taken, and the last one that failed. */
    private boolean isDue(HostedVm vm, Instant failed) {
        Instant latest = host.clock().instant().minus(vm.spec().protection().checkpointEvery());
        return vm.role() instanceof Role.Owning
                && vm.running()
                && !vm.handingOver()
                && !failed.isAfter(latest)
                && !lastTaken(vm).isAfter(latest);
    }

    private Instant lastTaken(HostedVm vm) {
        try {
            return CheckpointRecord.find(host.registry(), vm.id())
                    .map(CheckpointRecord::taken)
                    .orElse(Instant.MIN);
        } catch (SupercloudException e) {
            log.warn("VM {}: its last checkpoint is not known: {}", vm.id(), e.getMessage());
            return Instant.MAX;
        }
    }

    /** Whether nothing has failed. */
    private boolean taken(HostedVm vm) {
        try {
            Checkpoint.next(host, vm)
                    .take()
                    .ifPresent(taken -> log.info(
                            "VM {} has a checkpoint of {} bytes, it stood still for {} ms",
                            vm.id(),
                            taken.memoryBytes(),
                            Math.round(taken.stoppedMillis())));
            return true;
        } catch (SupercloudException e) {
            host.tell(
                    "checkpoint.failed",
                    vm.id().value(),
                    "VM %s has no new checkpoint, the last one stays: %s".formatted(vm.id(), e.getMessage()),
                    Map.of());
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
