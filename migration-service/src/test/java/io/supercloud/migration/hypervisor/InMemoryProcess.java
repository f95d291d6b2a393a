package io.supercloud.migration.hypervisor;

import io.supercloud.core.VmId;
import io.supercloud.image.BlockDevice;
import io.supercloud.image.BlockIoException;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.InMemoryHypervisor.Exchange;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The process of a VM in memory, and its guest, which a refused write stops. */
abstract class InMemoryProcess implements VirtualMachine {
    private static final long TOUCHED_BYTES = 8 << 20;
    static final long STEP_NANOS = 2_000_000;

    final VmSpec spec;
    final Exchange exchange;
    private final Supplier<Optional<BlockDevice>> disk;
    private final Path consoleLog;
    private final ReentrantLock lock = new ReentrantLock();
    final CompletableFuture<Exit> exited = new CompletableFuture<>();
    final CompletableFuture<Void> arrived = new CompletableFuture<>();
    private GuestMemory memory = new GuestMemory();
    private volatile RunState state;
    private volatile Consumer<String> diskErrors = reason -> {};
    private volatile long stoppedAtNanos = System.nanoTime();
    private boolean resumeOnArrival;

    InMemoryProcess(
            VmSpec spec, Exchange exchange, Supplier<Optional<BlockDevice>> disk, Path consoleLog, RunState first) {
        this.spec = spec;
        this.exchange = exchange;
        this.disk = disk;
        this.consoleLog = consoleLog;
        this.state = first;
        print("started\n");
        Thread.ofVirtual().name("guest " + spec.id()).start(this::run);
    }

    /** Whether the guest finds the memory that it needs. */
    abstract boolean hasMemory();

    /** The process has ended. */
    abstract void ended();

    /** This process, for the others. */
    abstract InMemoryGuest self();

    private void run() {
        while (alive()) {
            locked(() -> {
                if (alive() && state == RunState.RUNNING && hasMemory()) {
                    step();
                }
            });
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    /** A disk that nobody serves is waited for; one that refuses a write stops the guest. */
    private void step() {
        Optional<BlockDevice> served = disk.get();
        if (served.isEmpty()) {
            return;
        }
        try {
            memory.step(served.get(), exchange::acknowledged, exchange::violated);
        } catch (BlockIoException e) {
            if (e.reason() == BlockIoException.Reason.NOT_PERMITTED) {
                stand(RunState.PAUSED);
                Consumer<String> told = diskErrors;
                Thread.ofVirtual().start(() -> told.accept(e.getMessage()));
            }
        }
    }

    final void stand(RunState next) {
        stoppedAtNanos = System.nanoTime();
        state = next;
        exchange.stands(self());
    }

    public long counter() {
        lock.lock();
        try {
            return memory.counter();
        } finally {
            lock.unlock();
        }
    }

    /** How often the VM was booted from its disk in all of its life; 0 before it ran. */
    public int boots() {
        lock.lock();
        try {
            return memory.boots();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public VmId id() {
        return spec.id();
    }

    @Override
    public RunState runState() {
        return alive() ? state : RunState.BROKEN;
    }

    @Override
    public MemoryLoad measureMemory() {
        return new MemoryLoad(TOUCHED_BYTES, 0, 1);
    }

    @Override
    public void resume() {
        requireAlive();
        locked(() -> {
            if (state == RunState.AWAITING_STREAM) {
                resumeOnArrival = true;
            } else {
                goOn();
            }
        });
    }

    final void goOn() {
        state = RunState.RUNNING;
        exchange.runs(self());
        if (!alive()) {
            exchange.stands(self());
        }
    }

    @Override
    public void pause() {
        requireAlive();
        locked(() -> {
            if (state == RunState.RUNNING) {
                stand(RunState.PAUSED);
            }
        });
    }

    @Override
    public void pressPowerButton() {
        requireAlive();
        if (runState() == RunState.RUNNING) {
            end(Exit.GUEST_SHUT_DOWN);
        }
    }

    @Override
    public void reset() {
        requireAlive();
        locked(() -> memory = new GuestMemory());
    }

    @Override
    public void saveState(Path file, Duration limit) {
        pause();
        locked(() -> {
            try {
                Files.write(file, memory.toBytes());
            } catch (IOException e) {
                throw new MigrationException("the state of VM %s was not saved".formatted(spec.id()), e);
            }
        });
    }

    void load(Path file) {
        locked(() -> {
            try {
                memory = GuestMemory.fromBytes(Files.readAllBytes(file));
            } catch (IOException e) {
                throw new MigrationException("VM %s cannot go on from its saved state".formatted(spec.id()), e);
            }
        });
    }

    @Override
    public void kill() {
        end(Exit.KILLED);
    }

    /** Does not wait for a disk request under way. */
    private void end(Exit exit) {
        exited.complete(exit);
        exchange.stands(self());
        ended();
    }

    @Override
    public boolean alive() {
        return !exited.isDone();
    }

    final void requireAlive() {
        if (!alive()) {
            throw new MigrationException("VM %s: its process is gone".formatted(spec.id()));
        }
    }

    @Override
    public Duration cpuTime() {
        return Duration.ZERO;
    }

    @Override
    public void onExit(Consumer<Exit> action) {
        exited.thenAcceptAsync(action, task -> Thread.ofVirtual().start(task));
    }

    @Override
    public void onDiskError(Consumer<String> action) {
        diskErrors = action;
    }

    @Override
    public long stoppedAtNanos() {
        return stoppedAtNanos;
    }

    final GuestMemory memory() {
        return memory;
    }

    final boolean runs() {
        return state == RunState.RUNNING;
    }

    final void arrive(GuestMemory content) {
        locked(() -> {
            memory = content;
            state = RunState.PAUSED;
            arrived.complete(null);
            if (resumeOnArrival) {
                resume();
            }
        });
    }

    @Override
    public Path consoleLog() {
        return consoleLog;
    }

    /** The guest's terminal echoes. */
    @Override
    public void type(byte[] input) {
        requireAlive();
        print(new String(input, java.nio.charset.StandardCharsets.UTF_8));
    }

    private void print(String text) {
        try {
            Files.writeString(consoleLog, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {}

    final void locked(Runnable work) {
        locked(() -> {
            work.run();
            return null;
        });
    }

    final <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
