package io.supercloud.migration.hypervisor.internal;

import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.VirtualMachine.MemoryLoad;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import tools.jackson.databind.JsonNode;

/** What a guest does with its memory: QEMU's sampled dirty rate, and the kernel's account of the process. */
final class MemoryMeter {
    private static final int WATCH_MILLIS = 200;
    private static final long LIMIT_NANOS = 3_000_000_000L;
    private static final long POLL_NANOS = 20_000_000;
    private static final int KIBI_SHIFT = 10;
    private static final int MEBI_SHIFT = 20;

    private MemoryMeter() {}

    static MemoryLoad measure(QmpClient monitor, long pid) {
        monitor.execute("calc-dirty-rate", Map.of("calc-time", WATCH_MILLIS, "calc-time-unit", "millisecond"));
        long end = System.nanoTime() + LIMIT_NANOS;
        while (System.nanoTime() < end) {
            LockSupport.parkNanos(POLL_NANOS);
            JsonNode rate = monitor.execute("query-dirty-rate", Map.of());
            if (rate.path("status").asString("").equals("measured")) {
                return new MemoryLoad(
                        residentBytes(pid), rate.path("dirty-rate").asLong(0) << MEBI_SHIFT, PageSample.sentShare(pid));
            }
        }
        throw new MigrationException("the dirty rate of process %d could not be measured".formatted(pid));
    }

    private static long residentBytes(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc", Long.toString(pid), "status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << KIBI_SHIFT)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            throw new MigrationException("process %d cannot be looked at: %s".formatted(pid, e.getMessage()), e);
        }
    }
}
