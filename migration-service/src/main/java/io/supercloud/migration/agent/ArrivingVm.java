package io.supercloud.migration.agent;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.image.Volume;
import io.supercloud.migration.HostCall.Armed;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.RestPoint;
import io.supercloud.migration.HostCall.Resumed;
import io.supercloud.migration.HostCall.VolumeProgress;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.hypervisor.StreamShape;
import io.supercloud.migration.hypervisor.VirtualMachine.Rest;
import io.supercloud.migration.hypervisor.VirtualMachine.RunState;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The target's side of the move of a guest that has a process, whose memory is streamed. */
final class ArrivingVm extends TargetSide {
    private static final Logger log = LoggerFactory.getLogger(ArrivingVm.class);
    private static final Duration ARRIVAL_LIMIT = Duration.ofSeconds(20);
    /** So few lacking blocks do not hold a move back. */
    private static final long WARM_ENOUGH_BLOCKS = 64;

    ArrivingVm(HostContext host, HostedVm vm) {
        super(host, vm);
    }

    @Override
    void makePlace(MoveOrder order) {
        vm.openStandby(order);
        vm.plug();
    }

    /** Ends when little is lacking, or when the guest writes so fast that another round would not halve it. */
    @Override
    VolumeProgress warm(MoveOrder order) {
        require(order);
        Volume volume = vm.volume();
        long end = host.tasks().nanoTime() + WARM_LIMIT.toNanos();
        long lacking = volume.catchUp();
        long before = Long.MAX_VALUE;
        while (lacking > WARM_ENOUGH_BLOCKS && lacking < before && host.tasks().nanoTime() < end) {
            before = lacking / 2;
            volume.prefetch(() -> host.tasks().nanoTime() < end, (done, total) -> {});
            lacking = volume.catchUp();
        }
        return new VolumeProgress(lacking, volume.bytesFetched(), true);
    }

    @Override
    Armed arm(MoveOrder order, StreamShape stream) {
        require(order);
        awaitStagedFlows();
        vm.hold(Wishes.of(host.registry(), vm.id()) == VmRecord.Desired.PAUSED);
        vm.listenForStream();
        InetSocketAddress listening = vm.machine().listen(anyPort(), order.source(), stream);
        return new Armed(host.underlay(), listening.getPort(), stream);
    }

    private InetSocketAddress anyPort() {
        return new InetSocketAddress(host.underlay().toString(), 0);
    }

    /** After the owner change: the VM goes on here. Where its process is lost, it is booted from its disk. */
    @Override
    Resumed resume(MoveOrder order) {
        boolean owns = owning(order);
        if (owns && (vm.running() || vm.openVolume().isEmpty())) {
            return new Resumed(0);
        }
        if (!owns) {
            require(order);
        }
        long begin = host.tasks().nanoTime();
        host.tasks().giveWay(OutgoingTransfer.CALM);
        CompletableFuture<Void> flows =
                CompletableFuture.runAsync(() -> host.topology().claim(vm.id().value(), order.after()), host.tasks());
        boolean goesOn = !owns && continueGuest(flows);
        long resumed = host.tasks().nanoTime();
        if (goesOn) {
            vm.arrived(order.after());
            awaitRest(order.source());
        } else {
            vm.killProcess();
            vm.boot(order.after());
        }
        host.tasks().start("arrival of " + vm.id(), () -> afterwards(order));
        return new Resumed((resumed - begin) / 1e6);
    }

    /** The guest waits for its flows and for the last of its memory, and for nothing else. */
    private boolean continueGuest(CompletableFuture<Void> flows) {
        try {
            vm.machine().awaitArrival(ARRIVAL_LIMIT);
            flows.join();
            vm.letRun();
            return vm.machine().runState() == (vm.held() ? RunState.PAUSED : RunState.RUNNING);
        } catch (CompletionException e) {
            log.error("VM {} runs without its flows: {}", vm.id(), e.getCause().getMessage());
            vm.letRun();
            return true;
        } catch (MigrationException e) {
            log.warn("VM {} arrived, but its memory did not: {}", vm.id(), e.getMessage());
            return false;
        }
    }

    /** The guest of a post-copy runs before all of its memory is here. */
    void awaitRest(HostId source) {
        if (vm.machine().restOfMemory() != Rest.NONE) {
            new RestReceiver(host, vm, source).start();
        }
    }

    /** For the source of a post-copy that is broken. */
    RestPoint takeRest(Owner owner) {
        boolean mine = vm.role() instanceof Role.Owning(Owner now) && now.equals(owner);
        if (!mine || !vm.running() || vm.machine().restOfMemory() == Rest.NONE) {
            return new RestPoint(false, host.underlay(), 0);
        }
        vm.machine().breakRest();
        return new RestPoint(
                true, host.underlay(), vm.machine().listenForRest(anyPort()).getPort());
    }

    /** What the guest need not wait for, and should not have beside its first steps. */
    private void afterwards(MoveOrder order) {
        host.tasks().sleep(OutgoingTransfer.CALM);
        host.tell(
                "vm.resumed",
                vm.id().value(),
                "VM %s runs on %s at epoch %d"
                        .formatted(vm.id(), host.me(), order.after().epoch()),
                Map.of("move", order.move().value()));
        hydrate(vm.volume());
    }
}
