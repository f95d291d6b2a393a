package io.supercloud.migration.hypervisor.internal;

import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.StreamCredentials;
import io.supercloud.migration.hypervisor.StreamShape;
import io.supercloud.migration.hypervisor.VirtualMachine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** One QEMU process and its monitor. */
final class QemuVirtualMachine implements VirtualMachine {
    private static final Duration KILL_LIMIT = Duration.ofSeconds(10);
    /** A stream that has failed is over a moment before QEMU lets the guest go on. */
    private static final String NOT_FINALIZED = "not finalized yet";

    private static final Duration FINALIZE_LIMIT = Duration.ofSeconds(5);
    private static final long FINALIZE_POLL_NANOS = 1_000_000;

    private static final Logger log = LoggerFactory.getLogger(QemuVirtualMachine.class);

    private final VmId id;
    private final VmFiles files;
    private final ProcessHandle process;
    private final QmpClient monitor;
    private final QemuStream stream;
    private volatile boolean guestShutDown;
    private volatile Consumer<String> diskErrors = reason -> {};
    private volatile long stoppedAtNanos = System.nanoTime();

    QemuVirtualMachine(
            VmId id, VmFiles files, ProcessHandle process, QmpClient monitor, Optional<StreamCredentials> credentials) {
        this.id = id;
        this.files = files;
        this.process = process;
        this.monitor = monitor;
        monitor.listen(this::note);
        this.stream = new QemuStream(id, monitor, new StreamSecurity(monitor, credentials));
    }

    private void note(QmpMessage.Happened event) {
        if (event.event().equals("STOP")) {
            stoppedAtNanos = System.nanoTime();
        }
        if (event.event().equals("SHUTDOWN") && event.data().path("guest").asBoolean(false)) {
            guestShutDown = true;
        }
        if (event.event().equals("BLOCK_IO_ERROR")
                && event.data().path("action").asString("").equals("stop")) {
            tellDiskError("a %s of its disk failed: %s"
                    .formatted(
                            event.data().path("operation").asString("request"),
                            event.data().path("reason").asString("for no known reason")));
        }
    }

    private void tellDiskError(String reason) {
        Consumer<String> told = diskErrors;
        Thread.ofVirtual().name("disk error of " + id).start(() -> told.accept(reason));
    }

    private JsonNode query(String command) {
        return monitor.execute(command, Map.of());
    }

    @Override
    public VmId id() {
        return id;
    }

    @Override
    public RunState runState() {
        if (!alive()) {
            return RunState.BROKEN;
        }
        return switch (query("query-status").path("status").asString("")) {
            case "running" -> RunState.RUNNING;
            case "inmigrate" -> RunState.AWAITING_STREAM;
            case "shutdown" -> RunState.SHUT_DOWN;
            case "guest-panicked", "internal-error" -> RunState.BROKEN;
            default -> RunState.PAUSED;
        };
    }

    @Override
    public MemoryLoad measureMemory() {
        return MemoryMeter.measure(monitor, process.pid());
    }

    @Override
    public void resume() {
        long end = System.nanoTime() + FINALIZE_LIMIT.toNanos();
        while (true) {
            try {
                query("cont");
                return;
            } catch (MigrationException e) {
                if (!e.getMessage().contains(NOT_FINALIZED) || System.nanoTime() > end) {
                    throw e;
                }
                LockSupport.parkNanos(FINALIZE_POLL_NANOS);
            }
        }
    }

    @Override
    public void pause() {
        query("stop");
    }

    @Override
    public void pressPowerButton() {
        query("system_powerdown");
    }

    @Override
    public void reset() {
        query("system_reset");
    }

    @Override
    public void saveState(Path file, Duration limit) {
        pause();
        stream.save(file, limit);
    }

    /** Fills a process that waits for a stream; it is stopped then, with the guest's memory. */
    void loadState(Path file, Duration limit) {
        stream.load(file, limit);
    }

    @Override
    public void kill() {
        monitor.close();
        process.destroyForcibly();
        QemuProcesses.awaitEnd(process, KILL_LIMIT);
    }

    @Override
    public boolean alive() {
        return process.isAlive();
    }

    @Override
    public Duration cpuTime() {
        return process.info().totalCpuDuration().orElse(Duration.ZERO);
    }

    @Override
    public void onExit(Consumer<Exit> action) {
        process.onExit()
                .thenRunAsync(
                        () -> action.accept(guestShutDown ? Exit.GUEST_SHUT_DOWN : Exit.KILLED),
                        task -> Thread.ofVirtual().name("exit of " + id).start(task));
    }

    @Override
    public void onDiskError(Consumer<String> action) {
        diskErrors = action;
        Thread.ofVirtual().name("disk error of " + id).start(() -> {
            if (stoppedByDisk()) {
                action.accept("a request to its disk failed");
            }
        });
    }

    private boolean stoppedByDisk() {
        try {
            return query("query-status").path("status").asString("").equals("io-error");
        } catch (MigrationException e) {
            log.debug("VM {} has ended: {}", id, e.getMessage());
            return false;
        }
    }

    @Override
    public InetSocketAddress listen(InetSocketAddress address, HostId source, StreamShape shape) {
        return stream.listen(address, source, shape);
    }

    @Override
    public void awaitArrival(Duration limit) {
        stream.awaitArrival(limit);
    }

    @Override
    public void beginStream(InetSocketAddress address, HostId target, StreamSettings settings) {
        stream.begin(address, target, settings);
    }

    @Override
    public void adjustStream(StreamSettings settings) {
        stream.adjust(settings);
    }

    @Override
    public void startPostCopy() {
        stream.startPostCopy();
    }

    @Override
    public Rest restOfMemory() {
        return stream.rest();
    }

    @Override
    public Rest awaitRest(Duration limit) {
        return stream.awaitRest(limit);
    }

    @Override
    public void breakRest() {
        stream.breakRest();
    }

    @Override
    public InetSocketAddress listenForRest(InetSocketAddress address) {
        return stream.listenForRest(address);
    }

    @Override
    public void resumeRest(InetSocketAddress address) {
        stream.resumeRest(address);
    }

    @Override
    public StreamProgress streamProgress() {
        return stream.progress();
    }

    @Override
    public void awaitSwitchoverPoint(Duration limit, Consumer<StreamProgress> progress) {
        stream.awaitSwitchoverPoint(limit, progress);
    }

    @Override
    public long stoppedAtNanos() {
        return stoppedAtNanos;
    }

    @Override
    public void finishStream(Duration limit) {
        stream.finish(limit);
    }

    @Override
    public void cancelStream() {
        stream.cancel();
    }

    @Override
    public Path consoleLog() {
        return files.consoleLog();
    }

    @Override
    public void type(byte[] input) {
        try (SocketChannel console = SocketChannel.open(UnixDomainSocketAddress.of(files.console()))) {
            ByteBuffer bytes = ByteBuffer.wrap(input);
            while (bytes.hasRemaining()) {
                console.write(bytes);
            }
        } catch (IOException e) {
            throw new MigrationException("the console of VM %s cannot be reached: %s".formatted(id, e.getMessage()), e);
        }
    }

    @Override
    public void close() {
        monitor.close();
    }
}
