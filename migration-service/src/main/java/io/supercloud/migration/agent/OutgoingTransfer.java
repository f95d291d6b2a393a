package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.SupercloudException;
import io.supercloud.image.Seal;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.Armed;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.SwitchTimes;
import io.supercloud.migration.HostCall.TransferStatus;
import io.supercloud.migration.HostUnreachableException;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.VirtualMachine;
import io.supercloud.migration.hypervisor.VirtualMachine.StreamSettings;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source's side of a move, steps 5 to 7. It runs by itself once begun: the VM is stopped for a part of it, and must not
 * wait for a manager then. Until the owner has changed every failure ends with the VM running on here.
 */
final class OutgoingTransfer {
    private static final Logger log = LoggerFactory.getLogger(OutgoingTransfer.class);
    private static final Duration STREAM_LIMIT = Duration.ofMinutes(10);
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(10);
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(10);
    private static final Duration RESUME_LIMIT = Duration.ofSeconds(60);
    /** The end of a process takes its tap's carrier away, and a user-space switch stands still while it looks into that. */
    private static final Duration LET_GO_PAUSE = Duration.ofMillis(300);

    private static final int RESUME_TRIES = 3;
    private static final Duration STAY_RETRY_PAUSE = Duration.ofSeconds(2);
    private static final Duration REGISTRY_RETRY_PAUSE = Duration.ofMillis(200);
    private final HostContext host;
    private final HostedVm vm;
    private final MoveOrder order;
    private final Armed target;
    private final long bandwidthBytesPerSecond;
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private volatile TransferStatus status = new TransferStatus.Streaming("setup", 0, 0, 0, 0);
    private VirtualMachine machine;
    private boolean ownerChangeBegun;
    private CompletableFuture<Long> volumeDone = CompletableFuture.completedFuture(0L);
    private final long begin;

    OutgoingTransfer(HostContext host, HostedVm vm, HostCall.Transfer call) {
        this.host = host;
        this.begin = host.tasks().nanoTime();
        this.vm = vm;
        this.order = call.order();
        this.target = call.target();
        this.bandwidthBytesPerSecond = call.bandwidthBytesPerSecond();
    }

    MoveOrder order() {
        return order;
    }

    TransferStatus status() {
        return status;
    }

    void start() {
        host.tasks().start("transfer " + order.move(), this::run);
    }

    /** Asks it to give up and waits until it has ended, one way or the other. */
    void cancel() {
        cancelled.set(true);
        if (status instanceof TransferStatus.Streaming && vm.running()) {
            vm.machine().cancelStream();
        }
        finished.join();
    }

    /** Until the owner record is held nothing has been done, and nothing may be: the VM may be another host's already. */
    private void run() {
        try {
            transfer(host.owners().hold(vm.id().value(), order.before()));
        } catch (SupercloudException e) {
            log.warn("move {} of VM {} does not begin: {}", order.move(), vm.id(), e.getMessage());
            status = new TransferStatus.GivenUp(String.valueOf(e.getMessage()));
        } finally {
            finished.complete(null);
        }
    }

    private void transfer(Registry.Entry held) {
        vm.handOver(true);
        try {
            switchOver(held);
        } catch (SupercloudException e) {
            giveUp(held, e);
        } catch (RuntimeException e) {
            log.error("transfer {} of VM {} met a fault of its own", order.move(), vm.id(), e);
            giveUp(held, e);
        } finally {
            vm.handOver(false);
        }
    }

    private void switchOver(Registry.Entry held) {
        machine = vm.machine();
        long streamBegin = host.tasks().nanoTime();
        machine.beginStream(
                new InetSocketAddress(target.address().toString(), target.port()),
                order.target(),
                new StreamSettings(order.manner().downtimeLimitMillis(), bandwidthBytesPerSecond));
        machine.awaitSwitchoverPoint(STREAM_LIMIT, this::progressed);
        long drained = host.tasks().nanoTime();
        volumeDone = CompletableFuture.supplyAsync(this::handVolumeOver, host.tasks());
        machine.finishStream(FINISH_LIMIT);
        long deviceDone = host.tasks().nanoTime();
        long volumeAt = join(volumeDone);
        if (cancelled.get()) {
            throw new MigrationException("the move was cancelled");
        }
        ownerChangeBegun = true;
        host.owners().change(held, order.after());
        arrived(streamBegin, drained, deviceDone, volumeAt);
    }

    private long handVolumeOver() {
        Seal seal = vm.volume().seal();
        peer().call(new HostCall.OpenVolume(order, seal), OPEN_LIMIT);
        return host.tasks().nanoTime();
    }

    private HostAgent peer() {
        return host.hosts().of(order.target());
    }

    private void progressed(VirtualMachine.StreamProgress progress) {
        double seconds = (host.tasks().nanoTime() - begin) / 1e9;
        status = new TransferStatus.Streaming(
                progress.phase(),
                progress.sentBytes(),
                progress.remainingBytes(),
                progress.totalBytes(),
                progress.sentBytes() / seconds);
    }

    /** From here on there is no way back: whatever fails, the VM is the target's. */
    private void arrived(long streamBegin, long drained, long deviceDone, long volumeDone) {
        long owned = host.tasks().nanoTime();
        long stopped = machine.stoppedAtNanos();
        CompletableFuture<Void> forwarding =
                CompletableFuture.runAsync(() -> host.topology().claim(vm.id().value(), order.after()), host.tasks());
        resumeThere();
        long resumed = host.tasks().nanoTime();
        long memoryBytes = sentBytes();
        vm.retire(order.after());
        try {
            forwarding.join();
        } catch (CompletionException e) {
            log.warn(
                    "VM {}: stragglers are not forwarded: {}",
                    vm.id(),
                    e.getCause().getMessage());
        }
        status = new TransferStatus.Switched(
                new SwitchTimes(
                        millis(streamBegin, stopped),
                        millis(stopped, drained),
                        millis(drained, deviceDone),
                        millis(drained, volumeDone),
                        millis(Math.max(deviceDone, volumeDone), owned),
                        millis(owned, resumed),
                        millis(stopped, resumed)),
                memoryBytes);
        host.tasks().sleep(LET_GO_PAUSE);
        letGo();
    }

    /** Unless the VM is on its way back. */
    private void letGo() {
        vm.lock().lock();
        try {
            if (vm.role() instanceof Role.Left(Owner owner) && owner.equals(order.after())) {
                vm.killProcess();
                vm.closeExport();
            }
        } finally {
            vm.lock().unlock();
        }
    }

    /** Where the target cannot be told, it will see in the registry that the VM is its own. */
    private void resumeThere() {
        for (int attempt = 1; attempt <= RESUME_TRIES; attempt++) {
            try {
                peer().call(new HostCall.ResumeVm(order), RESUME_LIMIT);
                return;
            } catch (HostUnreachableException e) {
                log.warn("VM {} has moved to {}, which cannot be told: {}", vm.id(), order.target(), e.getMessage());
            } catch (MigrationException e) {
                log.error(
                        "VM {} has moved to {}, which fails to resume it: {}", vm.id(), order.target(), e.getMessage());
            }
        }
    }

    /** For the report only: the process may have died after all of it had arrived. */
    private long sentBytes() {
        try {
            return machine.streamProgress().sentBytes();
        } catch (MigrationException e) {
            log.info("VM {} has moved; how much memory travelled is lost: {}", vm.id(), e.getMessage());
            return 0;
        }
    }

    /** Ends with the VM running here, unless the owner has changed after all. */
    private void giveUp(Registry.Entry held, RuntimeException cause) {
        try {
            volumeDone.exceptionally(failure -> 0L).join();
            if (ownerChangeBegun && settledOwner(held).equals(order.after())) {
                arrivedAfterAll();
                return;
            }
            vm.stay(order.before());
            host.tell(
                    "move.given-up",
                    vm.id().value(),
                    "move %s given up, VM %s stays on %s: %s"
                            .formatted(order.move(), vm.id(), host.me(), cause.getMessage()),
                    Map.of("move", order.move().value()));
        } catch (SupercloudException e) {
            log.error(
                    "VM {} could not be resumed after move {}, which is tried again: {}",
                    vm.id(),
                    order.move(),
                    e.getMessage());
            host.tasks().start("stay of " + vm.id(), this::stayLater);
        }
        status = new TransferStatus.GivenUp(String.valueOf(cause.getMessage()));
    }

    private void stayLater() {
        do {
            host.tasks().sleep(STAY_RETRY_PAUSE);
        } while (!stayed());
    }

    /** Whether the VM goes on here, or is not this transfer's to see to any more. */
    private boolean stayed() {
        vm.lock().lock();
        try {
            boolean mine = vm.role() instanceof Role.Owning(Owner owner) && owner.equals(order.before());
            if (mine && vm.hasVolume() && !vm.handingOver()) {
                vm.stay(order.before());
            }
            return true;
        } catch (SupercloudException e) {
            log.warn("VM {} could not be resumed after move {} yet: {}", vm.id(), order.move(), e.getMessage());
            return false;
        } finally {
            vm.lock().unlock();
        }
    }

    private void arrivedAfterAll() {
        long now = host.tasks().nanoTime();
        arrived(begin, now, now, now);
    }

    /** The VM stands still until the registry says whose it is: only that can be right. */
    private Owner settledOwner(Registry.Entry held) {
        while (true) {
            try {
                return host.owners().settle(held);
            } catch (RegistryException.Unavailable e) {
                log.warn("VM {} waits for the registry to say who owns it: {}", vm.id(), e.getMessage());
                host.tasks().sleep(REGISTRY_RETRY_PAUSE);
            } catch (RegistryException.Changed raced) {
                log.info("the owner record of {} changed while it was read; reading again", vm.id());
            }
        }
    }

    private static long join(CompletableFuture<Long> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw new MigrationException(
                    "the disk could not be handed over: " + e.getCause().getMessage(), e.getCause());
        }
    }

    private static double millis(long from, long to) {
        return Math.max(0, (to - from) / 1e6);
    }
}
