package io.supercloud.migration.hypervisor;

import io.supercloud.core.HostId;
import io.supercloud.image.BlockDevice;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.InMemoryHypervisor.Exchange;
import io.supercloud.migration.hypervisor.InMemoryHypervisor.Point;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A VM in memory, with QEMU's manners: a stream that fails or is cancelled lets it run on where it ran before, an incoming one
 * whose stream breaks ends, and a post-copy that breaks waits.
 */
public final class InMemoryGuest extends InMemoryProcess {
    private volatile String phase = "none";
    private boolean ranBefore;
    private boolean memoryFollows;
    private volatile Rest rest = Rest.NONE;
    /** The other end of a post-copy. */
    private volatile InMemoryGuest peer;

    private volatile long bandwidth;
    private volatile InMemoryGuest target;

    InMemoryGuest(
            VmSpec spec, Exchange exchange, Supplier<Optional<BlockDevice>> disk, Path consoleLog, RunState first) {
        super(spec, exchange, disk, consoleLog, first);
    }

    @Override
    InMemoryGuest self() {
        return this;
    }

    @Override
    boolean hasMemory() {
        return rest != Rest.BROKEN;
    }

    @Override
    void ended() {
        InMemoryGuest other = target;
        if (other != null && (phase.equals("active") || phase.equals("pre-switchover"))) {
            other.kill();
        }
        if (rest == Rest.ARRIVING) {
            peer.rest = Rest.BROKEN;
        }
    }

    @Override
    public InetSocketAddress listen(InetSocketAddress address, HostId source, StreamShape shape) {
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
            ranBefore = runs();
            memoryFollows = false;
            bandwidth = settings.bandwidthBytesPerSecond();
            phase = "active";
        });
    }

    @Override
    public StreamProgress streamProgress() {
        requireAlive();
        return new StreamProgress(phase, 1 << 20, 0, 1 << 20, 1, 0, 0, 0, 0, 0);
    }

    @Override
    public void adjustStream(StreamSettings settings) {
        requireAlive();
        bandwidth = settings.bandwidthBytesPerSecond();
        sendRest();
    }

    @Override
    public void startPostCopy() {
        requireAlive();
        memoryFollows = true;
    }

    @Override
    public Rest restOfMemory() {
        requireAlive();
        return rest;
    }

    @Override
    public Rest awaitRest(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (restOfMemory() == Rest.ARRIVING && System.nanoTime() < end) {
            LockSupport.parkNanos(STEP_NANOS);
        }
        return restOfMemory();
    }

    @Override
    public void breakRest() {
        requireAlive();
        if (rest == Rest.ARRIVING) {
            rest = Rest.BROKEN;
            peer.rest = Rest.BROKEN;
        }
    }

    @Override
    public InetSocketAddress listenForRest(InetSocketAddress address) {
        requireAlive();
        return new InetSocketAddress(address.getAddress(), exchange.listen(this));
    }

    @Override
    public void resumeRest(InetSocketAddress address) {
        requireAlive();
        follow(exchange.listener(address.getPort()).orElseThrow());
        sendRest();
    }

    private void follow(InMemoryGuest to) {
        peer = to;
        to.peer = this;
        to.rest = Rest.ARRIVING;
        rest = Rest.ARRIVING;
    }

    /** All at once, or, with a limit, never. */
    private void sendRest() {
        if (rest == Rest.ARRIVING && bandwidth == 0) {
            peer.rest = Rest.NONE;
            rest = Rest.NONE;
        }
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
    public void finishStream(Duration limit) {
        exchange.reached(Point.FINISHING);
        requireStream("pre-switchover");
        locked(() -> {
            if (memoryFollows) {
                follow(target);
            }
            target.arrive(memory().copy());
            phase = "completed";
            sendRest();
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
}
