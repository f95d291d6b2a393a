package io.supercloud.migration.hypervisor.internal;

import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.StreamShape;
import io.supercloud.migration.hypervisor.VirtualMachine.Rest;
import io.supercloud.migration.hypervisor.VirtualMachine.StreamProgress;
import io.supercloud.migration.hypervisor.VirtualMachine.StreamSettings;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/** The memory stream of one QEMU, at either end: pre-copy, and post-copy after it (QEMU's docs/devel/migration). */
final class QemuStream {
    private static final Duration CANCEL_LIMIT = Duration.ofSeconds(10);
    private static final Duration BREAK_LIMIT = Duration.ofSeconds(10);
    private static final Duration PROGRESS_INTERVAL = Duration.ofMillis(200);
    /** The guest is slowed down by this much at first; QEMU raises it from there to what is allowed. */
    private static final int FIRST_THROTTLE_PERCENT = 1;

    private static final int THROTTLE_STEP_PERCENT = 20;
    /** The quickest: a stream that waits for its processor is slower than one that waits for its link. */
    private static final int ZSTD_LEVEL = 1;

    private final VmId vm;
    private final QmpClient monitor;
    private final StreamSecurity security;
    private final StreamWatch watch = new StreamWatch();

    QemuStream(VmId vm, QmpClient monitor, StreamSecurity security) {
        this.vm = vm;
        this.monitor = monitor;
        this.security = security;
        monitor.listen(watch::happened);
        if (!underWay() && rest() == Rest.NONE) {
            capabilities(Map.of("events", true, "pause-before-switchover", true));
        }
    }

    private void capabilities(Map<String, Boolean> wanted) {
        List<Map<String, Object>> list = wanted.entrySet().stream()
                .map(entry -> Map.<String, Object>of("capability", entry.getKey(), "state", entry.getValue()))
                .toList();
        monitor.execute("migrate-set-capabilities", Map.of("capabilities", list));
    }

    /** QEMU's throttling slows streams down that do not need it, so it is there only where strong measures are allowed. */
    private void shape(StreamShape shape) {
        capabilities(Map.of(
                "postcopy-ram", shape.postCopy(),
                "auto-converge", shape.postCopy(),
                "multifd", shape.channels() > 0));
        if (shape.channels() > 0) {
            monitor.execute(
                    "migrate-set-parameters",
                    Map.of(
                            "multifd-channels",
                            shape.channels(),
                            "multifd-compression",
                            shape.compressed() ? "zstd" : "none",
                            "multifd-zstd-level",
                            ZSTD_LEVEL));
        }
    }

    /** Whether a stream runs that can still be given up. */
    private boolean underWay() {
        return switch (status()) {
            case "active", "setup", "device", "pre-switchover", "cancelling", "wait-unplug" -> true;
            default -> false;
        };
    }

    private String status() {
        return query().path("status").asString("none");
    }

    private JsonNode query() {
        return monitor.execute("query-migrate", Map.of());
    }

    /** Writes a stopped guest's state to a file. */
    void save(Path file, Duration limit) {
        watch.reset();
        security.none();
        shape(StreamShape.SINGLE);
        new StateFile(vm, monitor, watch, this::status).save(file, limit);
    }

    /** Fills a process that waits for a stream; it is stopped then, with the guest's memory. */
    void load(Path file, Duration limit) {
        new StateFile(vm, monitor, watch, this::status).load(file, limit);
    }

    InetSocketAddress listen(InetSocketAddress address, HostId source, StreamShape shape) {
        security.expect(source);
        shape(shape);
        return listening("migrate-incoming", address);
    }

    private InetSocketAddress listening(String command, InetSocketAddress address) {
        String host = address.getAddress().getHostAddress();
        monitor.execute(command, Map.of("uri", "tcp:%s:%d".formatted(host, address.getPort())));
        JsonNode bound = query().path("socket-address");
        int port = Integer.parseInt(bound.path(bound.size() - 1).path("port").asString("0"));
        if (port == 0) {
            throw new MigrationException("VM %s: QEMU does not say where it listens for the stream".formatted(vm));
        }
        return new InetSocketAddress(host, port);
    }

    void awaitArrival(Duration limit) {
        await(limit, QemuStream::handedOver, "the memory stream did not arrive");
    }

    /** The guest's devices are at the target, and its memory, but for a post-copy. */
    private static boolean handedOver(String phase) {
        return phase.equals("completed") || restIn(phase) != Rest.NONE;
    }

    private void await(Duration limit, Predicate<String> wanted, String otherwise) {
        if (!watch.await(limit, wanted, this::status)) {
            throw new MigrationException(
                    "VM %s: %s within %d s (%s)".formatted(vm, otherwise, limit.toSeconds(), status()));
        }
    }

    void begin(InetSocketAddress address, HostId target, StreamSettings settings) {
        security.approach(target);
        shape(settings.shape());
        adjust(settings);
        watch.reset();
        monitor.execute("migrate", Map.of("uri", uri(address)));
    }

    private static String uri(InetSocketAddress address) {
        return "tcp:%s:%d".formatted(address.getAddress().getHostAddress(), address.getPort());
    }

    void adjust(StreamSettings settings) {
        Map<String, Object> parameters = new HashMap<>();
        parameters.put("downtime-limit", settings.downtimeLimitMillis());
        parameters.put("max-bandwidth", settings.bandwidthBytesPerSecond());
        parameters.put("max-postcopy-bandwidth", settings.bandwidthBytesPerSecond());
        parameters.put("cpu-throttle-initial", FIRST_THROTTLE_PERCENT);
        parameters.put("cpu-throttle-increment", Math.min(THROTTLE_STEP_PERCENT, settings.throttlePercent()));
        parameters.put("max-cpu-throttle", settings.throttlePercent());
        monitor.execute("migrate-set-parameters", parameters);
    }

    void startPostCopy() {
        monitor.execute("migrate-start-postcopy", Map.of());
    }

    StreamProgress progress() {
        JsonNode node = query();
        JsonNode ram = node.path("ram");
        return new StreamProgress(
                node.path("status").asString("none"),
                ram.path("transferred").asLong(0),
                ram.path("remaining").asLong(0),
                ram.path("total").asLong(0),
                ram.path("dirty-sync-count").asLong(0),
                ram.path("normal").asLong(0),
                ram.path("duplicate").asLong(0),
                ram.path("dirty-pages-rate").asLong(0),
                node.path("cpu-throttle-percentage").asInt(0),
                ram.path("postcopy-requests").asLong(0));
    }

    void awaitSwitchoverPoint(Duration limit, Consumer<StreamProgress> progress) {
        long end = System.nanoTime() + limit.toNanos();
        while (!watch.await(PROGRESS_INTERVAL, phase -> phase.equals("pre-switchover"), this::status)) {
            progress.accept(progress());
            if (System.nanoTime() > end) {
                throw new MigrationException("VM %s: its memory changes faster than it travels: not settled within %d s"
                        .formatted(vm, limit.toSeconds()));
            }
        }
    }

    void finish(Duration limit) {
        monitor.execute("migrate-continue", Map.of("state", "pre-switchover"));
        await(limit, QemuStream::handedOver, "its device state did not arrive");
    }

    void cancel() {
        if (!underWay()) {
            return;
        }
        monitor.execute("migrate_cancel", Map.of());
        if (!watch.await(CANCEL_LIMIT, phase -> phase.equals("cancelled"), this::status, true)) {
            throw new MigrationException("VM %s: its stream does not end although cancelled".formatted(vm));
        }
    }

    Rest rest() {
        return restIn(status());
    }

    private static Rest restIn(String phase) {
        return switch (phase) {
            case "postcopy-active", "postcopy-device", "postcopy-recover", "postcopy-recover-setup" -> Rest.ARRIVING;
            case "postcopy-paused" -> Rest.BROKEN;
            default -> Rest.NONE;
        };
    }

    Rest awaitRest(Duration limit) {
        watch.await(limit, phase -> restIn(phase) != Rest.ARRIVING, this::status, true);
        return rest();
    }

    void breakRest() {
        if (rest() == Rest.ARRIVING) {
            monitor.execute("migrate-pause", Map.of());
            await(BREAK_LIMIT, phase -> restIn(phase) != Rest.ARRIVING, "its broken stream does not end");
        }
    }

    InetSocketAddress listenForRest(InetSocketAddress address) {
        return listening("migrate-recover", address);
    }

    void resumeRest(InetSocketAddress address) {
        monitor.execute("migrate", Map.of("uri", uri(address), "resume", true));
    }
}
