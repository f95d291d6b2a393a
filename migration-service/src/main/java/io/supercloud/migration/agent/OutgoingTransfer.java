package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.image.Seal;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.Armed;
import io.supercloud.migration.HostCall.SwitchTimes;
import io.supercloud.migration.HostCall.TransferStatus;
import io.supercloud.migration.HostCall.VmPart;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.StreamFigures;
import io.supercloud.migration.hypervisor.VirtualMachine;
import io.supercloud.overlay.sdn.OverlayException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The source's side of the move of a guest that has a process, whose memory is streamed. */
final class OutgoingTransfer extends SourceSide {
    private static final Logger log = LoggerFactory.getLogger(OutgoingTransfer.class);
    private static final Duration STREAM_LIMIT = Duration.ofMinutes(10);
    private static final Duration FINISH_LIMIT = Duration.ofSeconds(10);
    private static final Duration OPEN_LIMIT = Duration.ofSeconds(10);
    /**
     * A guest that has just begun to run is left alone for so long: what the manager does next costs every host some time, and
     * a user-space switch stands still when a tap goes.
     */
    static final Duration CALM = Duration.ofMillis(400);
    /** The end of a process takes its tap's carrier away, which the switch looks into. */
    private static final Duration LET_GO_PAUSE = Duration.ofMillis(300);

    private final Armed target;
    private final Escalation escalation;
    private final StreamRecord record;
    private VirtualMachine machine;
    private CompletableFuture<Long> volumeDone = CompletableFuture.completedFuture(0L);

    OutgoingTransfer(HostContext host, HostedVm vm, HostCall.Transfer call) {
        super(host, vm, call.order());
        this.target = call.target();
        this.record = new StreamRecord(call.target().stream());
        this.escalation = new Escalation(host, call.order(), call.bandwidthBytesPerSecond(), call.target().stream());
    }

    @Override
    void interrupt() {
        if (vm.running()) {
            vm.machine().cancelStream();
        }
    }

    @Override
    void switchOver(Registry.Entry held) {
        machine = vm.machine();
        long streamBegin = host.tasks().nanoTime();
        machine.beginStream(
                new InetSocketAddress(target.address().toString(), target.port()),
                order.target(),
                escalation.of(machine));
        machine.awaitSwitchoverPoint(STREAM_LIMIT, this::progressed);
        long drained = host.tasks().nanoTime();
        host.tasks().giveWay(CALM);
        volumeDone = CompletableFuture.supplyAsync(this::handVolumeOver, host.tasks());
        if (escalation.postCopy()) {
            join(volumeDone);
            requireNotCancelled();
        }
        machine.finishStream(FINISH_LIMIT);
        long deviceDone = host.tasks().nanoTime();
        long volumeAt = join(volumeDone);
        if (escalation.postCopy()) {
            changeOwnerForGood(held);
        } else {
            changeOwner(held);
        }
        arrived(streamBegin, drained, deviceDone, volumeAt);
    }

    private long handVolumeOver() {
        Seal seal = vm.volume().seal();
        peer().call(new HostCall.OpenVolume(order, VmPart.DISK, seal), OPEN_LIMIT);
        return host.tasks().nanoTime();
    }

    @Override
    void limit(long bytesPerSecond) {
        escalation.limit(bytesPerSecond);
    }

    private void progressed(VirtualMachine.StreamProgress progress) {
        requireNotCancelled();
        escalation.observe(progress);
        record.observe(progress);
        double seconds = (host.tasks().nanoTime() - begin) / 1e9;
        become(new TransferStatus.Streaming(
                progress.phase(),
                progress.sentBytes(),
                progress.remainingBytes(),
                progress.totalBytes(),
                progress.sentBytes() / seconds));
    }

    /** From here on there is no way back: whatever fails, the VM is the target's. */
    private void arrived(long streamBegin, long drained, long deviceDone, long volumeDone) {
        long owned = host.tasks().nanoTime();
        long stopped = machine.stoppedAtNanos();
        CompletableFuture<Void> forwarding =
                CompletableFuture.runAsync(() -> host.topology().claim(vm.id().value(), order.after()), host.tasks());
        resumeThere();
        long resumed = host.tasks().nanoTime();
        Sent sent = sent();
        vm.retire(order.after());
        try {
            forwarding.join();
        } catch (CompletionException e) {
            log.warn(
                    "VM {}: stragglers are not forwarded: {}",
                    vm.id(),
                    e.getCause().getMessage());
        }
        host.tasks().sleep(CALM);
        SwitchTimes times = new SwitchTimes(
                millis(streamBegin, stopped),
                millis(stopped, drained),
                millis(drained, deviceDone),
                millis(drained, volumeDone),
                millis(Math.max(deviceDone, volumeDone), owned),
                millis(owned, resumed),
                millis(stopped, resumed),
                lostFrames());
        become(new TransferStatus.Switched(times, sent.bytes(), sent.figures()));
        if (escalation.postCopy()) {
            new RestSender(host, vm, machine, order.after()).send();
            Sent all = sent();
            become(new TransferStatus.Switched(times, all.bytes(), all.figures()));
        }
        host.tasks().sleep(LET_GO_PAUSE);
        letGo();
    }

    /** For the report only: what came for the guest after it was stopped, until its port was the target's. */
    private long lostFrames() {
        try {
            return host.network().untaken(vm.port()).orElse(-1);
        } catch (OverlayException e) {
            log.info("how many packets the move of VM {} has lost is not known: {}", vm.id(), e.getMessage());
            return -1;
        }
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

    /** For the report only: the process may have died after all of it had arrived. */
    private Sent sent() {
        try {
            VirtualMachine.StreamProgress last = machine.streamProgress();
            return new Sent(last.sentBytes(), record.ending(last));
        } catch (MigrationException e) {
            log.info("VM {} has moved; how much memory travelled is lost: {}", vm.id(), e.getMessage());
            return new Sent(0, StreamFigures.NONE);
        }
    }

    private record Sent(long bytes, StreamFigures figures) {}

    @Override
    void settleDown() {
        volumeDone.exceptionally(failure -> 0L).join();
    }

    @Override
    void stay() {
        vm.stay(order.before());
    }

    @Override
    void arrivedAfterAll() {
        long now = host.tasks().nanoTime();
        arrived(begin, now, now, now);
    }

    private static long join(CompletableFuture<Long> future) {
        try {
            return future.join();
        } catch (CompletionException e) {
            throw new MigrationException(
                    "the disk could not be handed over: " + e.getCause().getMessage(), e.getCause());
        }
    }
}
