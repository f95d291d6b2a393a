package io.supercloud.migration.agent;

import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.TransferStatus;
import io.supercloud.migration.MigrationException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The source's sides of this host's moves: one for each VM, the last one kept so that it can tell how it ended. */
final class Departures {
    private final HostContext host;
    private final Map<VmId, SourceSide> known = new ConcurrentHashMap<>();
    /** The last order of each VM that was cancelled: should it come only now, nobody would undo what it begins. */
    private final Map<VmId, MoveOrder> cancelled = new ConcurrentHashMap<>();

    Departures(HostContext host) {
        this.host = host;
    }

    /** Nothing happens where this transfer has begun already. */
    void begin(HostedVm vm, HostCall.Transfer call) {
        SourceSide transfer = known.compute(vm.id(), (id, last) -> {
            if (call.order().equals(cancelled.get(id))) {
                throw new MigrationException("move %s was cancelled before it began"
                        .formatted(call.order().move()));
            }
            if (last != null && last.order().equals(call.order())) {
                return last;
            }
            if (last != null && last.status() instanceof TransferStatus.Streaming) {
                throw new MigrationException("VM %s is already being moved by %s"
                        .formatted(id, last.order().move()));
            }
            return SourceSide.of(host, vm, call);
        });
        transfer.start();
    }

    TransferStatus status(MoveOrder order) {
        SourceSide transfer = known.get(order.vm());
        return transfer == null || !transfer.order().equals(order) ? new TransferStatus.Unknown() : transfer.status();
    }

    void limit(HostCall.LimitTransfer call) {
        SourceSide transfer = known.get(call.order().vm());
        if (transfer == null || !transfer.order().equals(call.order())) {
            throw new MigrationException("host %s streams nothing for move %s"
                    .formatted(host.me(), call.order().move()));
        }
        transfer.limit(call.bytesPerSecond());
    }

    /** Waits for its end; throws where the owner has changed. */
    void cancel(MoveOrder order) {
        SourceSide transfer = known.compute(order.vm(), (id, last) -> {
            cancelled.put(id, order);
            return last;
        });
        if (transfer != null && transfer.order().equals(order)) {
            transfer.cancel();
            if (transfer.status() instanceof TransferStatus.Switched) {
                throw new MigrationException("move %s cannot be cancelled any more: VM %s belongs to %s"
                        .formatted(order.move(), order.vm(), order.target()));
            }
        }
    }

    /** Whether a transfer of the VM is under way. */
    boolean has(VmId vm) {
        SourceSide transfer = known.get(vm);
        return transfer != null && transfer.status() instanceof TransferStatus.Streaming;
    }

    void forget(VmId vm) {
        known.remove(vm);
        cancelled.remove(vm);
    }
}
