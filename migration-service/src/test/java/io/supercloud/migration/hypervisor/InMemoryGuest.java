package io.supercloud.migration.hypervisor;

import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import io.supercloud.image.BlockDevice;
import io.supercloud.image.BlockIoException;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.InMemoryHypervisor.Exchange;
import io.supercloud.migration.hypervisor.InMemoryHypervisor.Point;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A VM in memory, with QEMU's manners: a refused write stops it, a stream that fails or is cancelled lets it run on where it
 * ran before, and an incoming one whose stream breaks ends.
 */
public final class InMemoryGuest implements VirtualMachine {
    private static final long TOUCHED_BYTES = 8 << 20;
    private static final long STEP_NANOS = 2_000_000;

    private final VmSpec spec;
    private final Exchange exchange;
    private final Supplier<Optional<BlockDevice>> disk;
    private final Path consoleLog;
    private final ReentrantLock lock = new ReentrantLock();
    private final CompletableFuture<Exit> exited = new CompletableFuture<>();
    private final CompletableFuture<Void> arrived = new CompletableFuture<>();
    private GuestMemory memory = new GuestMemory();
    private volatile RunState state;
    private volatile String phase = "none";
    private volatile Consumer<String> diskErrors = reason -> {};
    private volatile long stoppedAtNanos = System.nanoTime();
    private boolean ranBefore;
    private boolean resumeOnArrival;
    private volatile InMemoryGuest target;

    InMemoryGuest(
            VmSpec spec, Exchange exchange, Supplier<Optional<BlockDevice>> disk, Path consoleLog, RunState first) {
        this.spec = spec;
        this.exchange = exchange;
        this.disk = disk;
        this.consoleLog = consoleLog;
        this.state = first;
        print("started\n");
        Thread.ofVirtual().name("guest " + spec.id()).start(this::run);
    }

    private void run() {
        while (alive()) {
            locked(() -> {
                if (alive() && state == RunState.RUNNING) {
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

    private void stand(RunState next) {
        stoppedAtNanos = System.nanoTime();
        state = next;
        exchange.stands(this);
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
        return new MemoryLoad(TOUCHED_BYTES, 0);
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

    private void goOn() {
        state = RunState.RUNNING;
        exchange.runs(this);
        if (!alive()) {
            exchange.stands(this);
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
        exchange.stands(this);
        InMemoryGuest other = target;
        if (other != null && (phase.equals("active") || phase.equals("pre-switchover"))) {
            other.kill();
        }
    }

    @Override
    public boolean alive() {
        return !exited.isDone();
    }

    private void requireAlive() {
        if (!alive()) {
            throw new MigrationException("VM %s: its process is gone".formatted(spec.id()));
        }
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
    public InetSocketAddress listen(InetSocketAddress address, HostId source) {
        requireAlive();
        if (runState() != RunState.AWAITING_STREAM) {
            throw new MigrationException("VM %s does not wait for a stream".formatted(spec.id()));
        }
        return new InetSocketAddress(address.getAddress(), exchange.listen(this));
    }

    @Override
    public void awaitArrival(Duration limit) {
        try {
            CompletableFuture.anyOf(arrived, exited).get(limit.toMillis(), TimeUnit.MILLISECONDS);
            requireAlive();
        } catch (TimeoutException e) {
            throw new MigrationException("VM %s: no stream arrived".formatted(spec.id()), e);
        } catch (ExecutionException e) {
            throw new MigrationException("VM %s: its stream failed".formatted(spec.id()), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationException("interrupted", e);
        }
    }

    @Override
    public void beginStream(InetSocketAddress to, HostId at, StreamSettings settings) {
        requireAlive();
        if (phase.equals("active") || phase.equals("pre-switchover")) {
            throw new MigrationException("VM %s: a stream is under way already".formatted(spec.id()));
        }
        locked(() -> {
            target = exchange.listener(to.getPort()).orElse(null);
            ranBefore = state == RunState.RUNNING;
            phase = "active";
        });
    }

    @Override
    public StreamProgress streamProgress() {
        requireAlive();
        return new StreamProgress(phase, 1 << 20, 0, 1 << 20, 0);
    }

    @Override
    public void awaitSwitchoverPoint(Duration limit, Consumer<StreamProgress> progress) {
        progress.accept(streamProgress());
        exchange.reached(Point.STREAMING);
        requireStream("active");
        locked(() -> {
            stand(RunState.PAUSED);
            phase = "pre-switchover";
        });
    }

    @Override
    public long stoppedAtNanos() {
        return stoppedAtNanos;
    }

    @Override
    public void finishStream(Duration limit) {
        exchange.reached(Point.FINISHING);
        requireStream("pre-switchover");
        locked(() -> {
            target.arrive(memory.copy());
            phase = "completed";
        });
        exchange.reached(Point.FINISHED);
        requireAlive();
    }

    private void requireStream(String wanted) {
        requireAlive();
        if (phase.equals(wanted) && (target == null || !target.alive())) {
            endStream("failed");
        }
        if (!phase.equals(wanted)) {
            throw new MigrationException("the memory stream ended as '%s'".formatted(phase));
        }
    }

    private void arrive(GuestMemory content) {
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
    public void cancelStream() {
        requireAlive();
        if (phase.equals("active") || phase.equals("pre-switchover")) {
            InMemoryGuest other = target;
            endStream("cancelled");
            if (other != null) {
                other.kill();
            }
        }
    }

    private void endStream(String how) {
        locked(() -> {
            phase = how;
            if (ranBefore) {
                goOn();
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

    private void locked(Runnable work) {
        locked(() -> {
            work.run();
            return null;
        });
    }

    private <T> T locked(Supplier<T> work) {
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }
}
