package io.supercloud.migration.simulation;

import io.supercloud.core.HostId;
import io.supercloud.image.BlockDevice;
import io.supercloud.image.BlockIoException;
import io.supercloud.migration.hypervisor.GuestMemory;
import io.supercloud.migration.hypervisor.VirtualMachine.Exit;
import io.supercloud.migration.hypervisor.VirtualMachine.Rest;
import io.supercloud.migration.hypervisor.VirtualMachine.RunState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A hypervisor's process with its guest, and QEMU's manners: a refused write stops the guest, a stream that fails or is
 * cancelled lets it run on where it ran before, an incoming one whose stream breaks ends.
 */
final class SimulatedGuest {
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(40);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long STREAM_NANOS = TimeUnit.MILLISECONDS.toNanos(400);
    private static final long DEVICE_STATE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long BROKEN_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final long ROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(900);
    private static final long REST_NANOS = TimeUnit.SECONDS.toNanos(3);

    /** Where an outgoing stream stands. */
    enum Phase {
        NONE,
        ACTIVE,
        PRE_SWITCHOVER,
        DEVICE,
        COMPLETED,
        FAILED,
        CANCELLED;

        boolean underWay() {
            return this == ACTIVE || this == PRE_SWITCHOVER || this == DEVICE;
        }
    }

    private final HostId host;
    private final SimulatedProcess process;
    private final Scheduler scheduler;
    private final Witness witness;
    private final Wires wires;
    private final BlockDevice disk;
    private GuestMemory memory = new GuestMemory();
    private RunState state;
    private Phase phase = Phase.NONE;
    private SimulatedGuest target;
    private long stoppedAtNanos;
    private boolean ranBefore;
    private boolean resumeOnArrival;
    private boolean arrived;
    private boolean settles = true;
    private boolean memoryFollows;
    private Rest rest = Rest.NONE;
    private SimulatedGuest peer;
    private long streamBeganNanos;
    private boolean requestUnderWay;
    private boolean stray;
    private final List<Consumer<String>> diskErrors = new ArrayList<>();
    private Optional<Exit> exit = Optional.empty();

    /** The network that memory streams take. */
    interface Wires {
        boolean cut(HostId one, HostId other);
    }

    SimulatedGuest(
            HostId host,
            SimulatedProcess process,
            Scheduler scheduler,
            Witness witness,
            Wires wires,
            BlockDevice disk,
            RunState first) {
        this.host = host;
        this.process = process;
        this.scheduler = scheduler;
        this.witness = witness;
        this.wires = wires;
        this.disk = disk;
        this.state = first;
        process.atEnd(this::ended);
        process.start("guest", this::run);
    }

    HostId host() {
        return host;
    }

    SimulatedProcess process() {
        return process;
    }

    RunState state() {
        return alive() ? state : RunState.BROKEN;
    }

    Phase phase() {
        return phase;
    }

    boolean alive() {
        return process.alive();
    }

    boolean arrived() {
        return arrived;
    }

    long counter() {
        return memory.counter();
    }

    long stoppedAtNanos() {
        return stoppedAtNanos;
    }

    /** Whether a hand from outside has let it go on. */
    boolean stray() {
        return stray;
    }

    private void run() {
        while (true) {
            if (state == RunState.RUNNING && rest != Rest.BROKEN) {
                requestUnderWay = true;
                step();
                requestUnderWay = false;
            }
            process.sleepNanos(STEP_NANOS / 2 + scheduler.upTo(STEP_NANOS));
        }
    }

    private void step() {
        try {
            memory.step(disk, (block, number) -> witness.acknowledged(this, block, number), witness::violated);
        } catch (BlockIoException e) {
            if (state == RunState.RUNNING) {
                stand(RunState.PAUSED);
                List.copyOf(diskErrors).forEach(told -> told.accept(e.getMessage()));
            }
        }
    }

    private void stand(RunState next) {
        state = next;
        stray = false;
        stoppedAtNanos = scheduler.nowNanos();
        witness.stands(this);
    }

    private void goOn() {
        state = RunState.RUNNING;
        witness.runs(this);
    }

    void resume() {
        stray = false;
        if (state == RunState.AWAITING_STREAM) {
            resumeOnArrival = true;
        } else {
            goOn();
        }
    }

    void pause() {
        if (state == RunState.RUNNING) {
            stand(RunState.PAUSED);
        }
    }

    /** Whether all of its disk requests are answered. */
    boolean quiet() {
        return !requestUnderWay;
    }

    byte[] savedMemory() {
        return memory.toBytes();
    }

    void load(byte[] state) throws IOException {
        memory = GuestMemory.fromBytes(state);
    }

    int boots() {
        return memory.boots();
    }

    /** What must not happen, and sometimes does: a stopped guest goes on without its agent's knowledge. */
    boolean goOnByItself() {
        boolean stands = alive() && phase == Phase.COMPLETED && state == RunState.PAUSED;
        if (stands) {
            stray = true;
            state = RunState.RUNNING;
        }
        return stands;
    }

    private void ended() {
        exit = Optional.of(Exit.KILLED);
        witness.stands(this);
        SimulatedGuest other = target;
        if (other != null && phase.underWay()) {
            scheduler.after(POLL_NANOS, other.process::kill);
        }
        if (rest == Rest.ARRIVING) {
            scheduler.after(POLL_NANOS, peer::breakRest);
        }
    }

    void onDiskError(Consumer<String> action) {
        diskErrors.add(action);
    }

    void onExit(Consumer<Exit> action) {
        process.atEnd(() -> action.accept(exit.orElse(Exit.KILLED)));
    }

    /** @param settling whether the stream comes to its end by itself */
    void beginStream(SimulatedGuest to, boolean settling) {
        target = to;
        settles = settling;
        memoryFollows = false;
        streamBeganNanos = scheduler.nowNanos();
        ranBefore = state == RunState.RUNNING;
        phase = Phase.ACTIVE;
        process.start("stream", this::stream);
    }

    long round() {
        return 1 + (scheduler.nowNanos() - streamBeganNanos) / ROUND_NANOS;
    }

    void startPostCopy() {
        memoryFollows = true;
    }

    private void stream() {
        process.sleepNanos(STREAM_NANOS / 2 + scheduler.upTo(STREAM_NANOS));
        while (phase == Phase.ACTIVE && !settles && !memoryFollows) {
            process.sleepNanos(POLL_NANOS);
        }
        if (!connected(Phase.ACTIVE)) {
            return;
        }
        stand(RunState.PAUSED);
        while (requestUnderWay) {
            process.sleepNanos(POLL_NANOS);
        }
        if (phase == Phase.ACTIVE) {
            phase = Phase.PRE_SWITCHOVER;
            watch();
        }
    }

    /** A target that dies is noticed. */
    private void watch() {
        while (phase == Phase.PRE_SWITCHOVER) {
            if (!target.alive()) {
                endStream(Phase.FAILED);
            }
            process.sleepNanos(POLL_NANOS);
        }
    }

    void sendDeviceState() {
        phase = Phase.DEVICE;
        process.start("device state", () -> {
            process.sleepNanos(scheduler.upTo(DEVICE_STATE_NANOS));
            if (connected(Phase.DEVICE)) {
                if (memoryFollows) {
                    follow(target);
                }
                target.arrive(memory.copy());
                phase = Phase.COMPLETED;
            }
        });
    }

    /** Goes on with a post-copy that is broken. */
    void follow(SimulatedGuest to) {
        peer = to;
        to.peer = this;
        to.rest = Rest.ARRIVING;
        rest = Rest.ARRIVING;
        process.start("rest", this::sendRest);
    }

    private void sendRest() {
        long left = scheduler.upTo(REST_NANOS);
        while (rest == Rest.ARRIVING && left > 0) {
            process.sleepNanos(POLL_NANOS);
            left -= wires.cut(host, peer.host) ? 0 : POLL_NANOS;
        }
        if (rest == Rest.ARRIVING && peer.rest == Rest.ARRIVING) {
            rest = Rest.NONE;
            peer.rest = Rest.NONE;
        }
    }

    Rest rest() {
        return rest;
    }

    /** How much of the rest has been sent: it stands still while the way is cut. */
    long restSent() {
        return wires.cut(host, peer.host) ? 0 : scheduler.nowNanos();
    }

    /** The other end hears of it where the way is not cut. */
    void breakRest() {
        if (rest == Rest.ARRIVING) {
            rest = Rest.BROKEN;
            if (!wires.cut(host, peer.host)) {
                scheduler.after(POLL_NANOS, peer::breakRest);
            }
        }
    }

    /** Waits while the way is cut; false where the stream has ended meanwhile. */
    private boolean connected(Phase wanted) {
        long end = scheduler.nowNanos() + BROKEN_NANOS;
        while (phase == wanted && wires.cut(host, target.host) && scheduler.nowNanos() < end) {
            process.sleepNanos(POLL_NANOS);
        }
        if (phase == wanted && (!target.alive() || wires.cut(host, target.host))) {
            endStream(Phase.FAILED);
        }
        return phase == wanted;
    }

    private void arrive(GuestMemory content) {
        memory = content;
        state = RunState.PAUSED;
        arrived = true;
        if (resumeOnArrival) {
            goOn();
        }
    }

    void cancelStream() {
        if (phase.underWay()) {
            endStream(Phase.CANCELLED);
            if (target != null && !wires.cut(host, target.host)) {
                target.process.kill();
            }
        }
    }

    private void endStream(Phase how) {
        phase = how;
        if (ranBefore && state != RunState.RUNNING) {
            goOn();
        }
    }
}
