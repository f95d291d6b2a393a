package io.supercloud.migration.agent;

import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.SupercloudException;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.MoveOrder;
import io.supercloud.migration.HostCall.TransferStatus;
import io.supercloud.migration.HostUnreachableException;
import io.supercloud.migration.MigrationException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source's side of a move, steps 5 to 7, whatever there is of the VM to be moved. It runs by itself once begun, and ends
 * with the VM the target's, or with the VM here as it was: until the owner has changed every failure leads to the latter.
 */
abstract class SourceSide {
    private static final Logger log = LoggerFactory.getLogger(SourceSide.class);
    private static final Duration RESUME_LIMIT = Duration.ofSeconds(60);
    private static final int RESUME_TRIES = 3;
    private static final Duration STAY_RETRY_PAUSE = Duration.ofSeconds(2);
    private static final Duration REGISTRY_RETRY_PAUSE = Duration.ofMillis(200);

    final HostContext host;
    final HostedVm vm;
    final MoveOrder order;
    final long begin;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean cancelled = new AtomicBoolean();
    private final CompletableFuture<Void> finished = new CompletableFuture<>();
    private volatile TransferStatus status = new TransferStatus.Streaming("setup", 0, 0, 0, 0);
    private boolean ownerChangeBegun;

    SourceSide(HostContext host, HostedVm vm, MoveOrder order) {
        this.host = host;
        this.begin = host.tasks().nanoTime();
        this.vm = vm;
        this.order = order;
    }

    static SourceSide of(HostContext host, HostedVm vm, HostCall.Transfer call) {
        return switch (call.order().manner().kind()) {
            case LIVE -> new OutgoingTransfer(host, vm, call);
            case SUSPENDED, COLD -> new DepartingVolumes(host, vm, call.order());
        };
    }

    /** Steps 5 to 7 as far as nothing fails; changes the owner once, when the target has all that it needs. */
    abstract void switchOver(Registry.Entry held);

    /** The owner has changed although something has failed before that was known. */
    abstract void arrivedAfterAll();

    /** The move was given up: the VM is to be here as it was. Throws where that is to be tried again. */
    abstract void stay();

    /** Ends what {@link #switchOver} waits for, because the move is cancelled. */
    abstract void interrupt();

    /** Changes what the transfer may take of the link, where it has a stream. */
    void limit(long bytesPerSecond) {}

    final MoveOrder order() {
        return order;
    }

    final TransferStatus status() {
        return status;
    }

    /** After the owner change nothing can be cancelled any more, and nobody need wait for what is left to be done. */
    final void become(TransferStatus next) {
        status = next;
        if (next instanceof TransferStatus.Switched) {
            finished.complete(null);
        }
    }

    /** Begins it; nothing happens where it has begun. To be called when {@link Departures} knows of it. */
    final void start() {
        if (started.compareAndSet(false, true)) {
            host.tasks().start("transfer " + order.move(), this::run);
        }
    }

    /** Asks it to give up and waits until it has ended, one way or the other. */
    final void cancel() {
        cancelled.set(true);
        if (status instanceof TransferStatus.Streaming) {
            interrupt();
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

    /** The point of no return. */
    final void changeOwner(Registry.Entry held) {
        requireNotCancelled();
        ownerChangeBegun = true;
        host.owners().change(held, order.after());
    }

    final void requireNotCancelled() {
        if (cancelled.get()) {
            throw new MigrationException("the move was cancelled");
        }
    }

    /** As {@link #changeOwner}, for a guest that cannot go on here: a registry that does not answer is waited for. */
    final void changeOwnerForGood(Registry.Entry held) {
        ownerChangeBegun = true;
        Registry.Entry current = held;
        while (true) {
            try {
                host.owners().change(current, order.after());
                return;
            } catch (RegistryException.Unavailable e) {
                log.warn("the owner change of move {} is tried again: {}", order.move(), e.getMessage());
                if (settledOwner(current).equals(order.after())) {
                    return;
                }
                current = heldAgain();
            }
        }
    }

    private Registry.Entry heldAgain() {
        while (true) {
            try {
                return host.owners().hold(vm.id().value(), order.before());
            } catch (RegistryException.Unavailable e) {
                log.warn("VM {} waits for the registry: {}", vm.id(), e.getMessage());
                host.tasks().sleep(REGISTRY_RETRY_PAUSE);
            }
        }
    }

    final HostAgent peer() {
        return host.hosts().of(order.target());
    }

    /** Where the target cannot be told, it will see in the registry that the VM is its own. */
    final void resumeThere() {
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

    /** Ends with the VM here as it was, unless the owner has changed after all. */
    private void giveUp(Registry.Entry held, RuntimeException cause) {
        try {
            settleDown();
            if (ownerChangeBegun && settledOwner(held).equals(order.after())) {
                arrivedAfterAll();
                return;
            }
            stay();
            host.tell(
                    "move.given-up",
                    vm.id().value(),
                    "move %s given up, VM %s stays on %s: %s"
                            .formatted(order.move(), vm.id(), host.me(), cause.getMessage()),
                    Map.of("move", order.move().value()));
        } catch (SupercloudException e) {
            log.error(
                    "VM {} does not stay as it was after move {}, which is tried again: {}",
                    vm.id(),
                    order.move(),
                    e.getMessage());
            host.tasks().start("stay of " + vm.id(), this::stayLater);
        }
        status = new TransferStatus.GivenUp(String.valueOf(cause.getMessage()));
    }

    /** Waits for what {@link #switchOver} has begun beside itself. */
    void settleDown() {}

    private void stayLater() {
        do {
            host.tasks().sleep(STAY_RETRY_PAUSE);
        } while (!stayed());
    }

    /** Whether the VM is as it was, or is not this transfer's to see to any more. */
    private boolean stayed() {
        vm.lock().lock();
        try {
            boolean mine = vm.role() instanceof Role.Owning(Owner owner) && owner.equals(order.before());
            if (mine && vm.openVolume().isPresent() && !vm.handingOver()) {
                stay();
            }
            return true;
        } catch (SupercloudException e) {
            log.warn("VM {} does not stay as it was after move {} yet: {}", vm.id(), order.move(), e.getMessage());
            return false;
        } finally {
            vm.lock().unlock();
        }
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

    static double millis(long from, long to) {
        return Math.max(0, (to - from) / 1e6);
    }
}
