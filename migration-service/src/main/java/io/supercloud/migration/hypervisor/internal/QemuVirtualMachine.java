package io.supercloud.migration.hypervisor.internal;

import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.StreamCredentials;
import io.supercloud.migration.hypervisor.VirtualMachine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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
    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(10);
    /** A stream that has failed is over a moment before QEMU lets the guest go on. */
    private static final String NOT_FINALIZED = "not finalized yet";

    private static final Duration FINALIZE_LIMIT = Duration.ofSeconds(5);
    private static final long FINALIZE_POLL_NANOS = 1_000_000;
    private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(200);

    private static final Logger log = LoggerFactory.getLogger(QemuVirtualMachine.class);

    private final VmId id;
    private final VmFiles files;
    private final ProcessHandle process;
    private final QmpClient monitor;
    private final StreamSecurity security;
    private final StreamWatch stream = new StreamWatch();
    private volatile boolean guestShutDown;
    private volatile Consumer<String> diskErrors = reason -> {};
    private volatile long stoppedAtNanos = System.nanoTime();

    QemuVirtualMachine(
            VmId id, VmFiles files, ProcessHandle process, QmpClient monitor, Optional<StreamCredentials> credentials) {
        this.id = id;
        this.files = files;
        this.process = process;
        this.monitor = monitor;
        this.security = new StreamSecurity(monitor, credentials);
        monitor.listen(stream::happened);
        monitor.listen(this::note);
        capabilities(Map.of("events", true, "pause-before-switchover", true));
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

    private void capabilities(Map<String, Boolean> wanted) {
        List<Map<String, Object>> list = wanted.entrySet().stream()
                .map(entry -> Map.<String, Object>of("capability", entry.getKey(), "state", entry.getValue()))
                .toList();
        if (!streaming()) {
            monitor.execute("migrate-set-capabilities", Map.of("capabilities", list));
        }
    }

    /** Capabilities cannot be set while a stream runs, as it may when this process has adopted the VM. */
    private boolean streaming() {
        return switch (streamStatus()) {
            case "active", "setup", "device", "pre-switchover", "cancelling", "wait-unplug" -> true;
            default -> false;
        };
    }

    private String streamStatus() {
        return query("query-migrate").path("status").asString("none");
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
        stream.reset();
        security.none();
        new StateFile(id, monitor, stream, this::streamStatus).save(file, limit);
    }

    /** Fills a process that waits for a stream; it is stopped then, with the guest's memory. */
    void loadState(Path file, Duration limit) {
        new StateFile(id, monitor, stream, this::streamStatus).load(file, limit);
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
    public InetSocketAddress listen(InetSocketAddress address, HostId source) {
        String host = address.getAddress().getHostAddress();
        security.expect(source);
        monitor.execute("migrate-incoming", Map.of("uri", "tcp:%s:%d".formatted(host, address.getPort())));
        JsonNode bound = query("query-migrate").path("socket-address").path(0);
        int port = Integer.parseInt(bound.path("port").asString("0"));
        if (port == 0) {
            throw new MigrationException("VM %s: QEMU does not say where it listens for the stream".formatted(id));
        }
        return new InetSocketAddress(host, port);
    }

    @Override
    public void awaitArrival(Duration limit) {
        if (!stream.await(limit, phase -> phase.equals("completed"), this::streamStatus)) {
            throw new MigrationException("VM %s: the memory stream did not arrive within %d s (%s)"
                    .formatted(id, limit.toSeconds(), streamStatus()));
        }
    }

    @Override
    public void beginStream(InetSocketAddress address, HostId target, StreamSettings settings) {
        security.approach(target);
        monitor.execute(
                "migrate-set-parameters",
                Map.of(
                        "downtime-limit",
                        settings.downtimeLimitMillis(),
                        "max-bandwidth",
                        settings.bandwidthBytesPerSecond()));
        stream.reset();
        monitor.execute(
                "migrate",
                Map.of("uri", "tcp:%s:%d".formatted(address.getAddress().getHostAddress(), address.getPort())));
    }

    @Override
    public StreamProgress streamProgress() {
        JsonNode node = query("query-migrate");
        JsonNode ram = node.path("ram");
        return new StreamProgress(
                node.path("status").asString("none"),
                ram.path("transferred").asLong(0),
                ram.path("remaining").asLong(0),
                ram.path("total").asLong(0),
                ram.path("dirty-pages-rate").asLong(0));
    }

    @Override
    public void awaitSwitchoverPoint(Duration limit, Consumer<StreamProgress> progress) {
        long end = System.nanoTime() + limit.toNanos();
        while (!stream.await(PROGRESS_INTERVAL, phase -> phase.equals("pre-switchover"), this::streamStatus)) {
            progress.accept(streamProgress());
            if (System.nanoTime() > end) {
                throw new MigrationException("VM %s: its memory changes faster than it travels: not settled within %d s"
                        .formatted(id, limit.toSeconds()));
            }
        }
    }

    @Override
    public long stoppedAtNanos() {
        return stoppedAtNanos;
    }

    @Override
    public void finishStream(Duration limit) {
        monitor.execute("migrate-continue", Map.of("state", "pre-switchover"));
        if (!stream.await(limit, phase -> phase.equals("completed"), this::streamStatus)) {
            throw new MigrationException("VM %s: its device state did not arrive within %d s (%s)"
                    .formatted(id, limit.toSeconds(), streamStatus()));
        }
    }

    @Override
    public void cancelStream() {
        if (!streaming()) {
            return;
        }
        query("migrate_cancel");
        if (!stream.await(CANCEL_LIMIT, phase -> phase.equals("cancelled"), this::streamStatus, true)) {
            throw new MigrationException("VM %s: its stream does not end although cancelled".formatted(id));
        }
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
