package io.supercloud.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a result must say of the machine it was measured on, and of what else it did. */
final class Machine {
    private Machine() {}

    static String describe() throws IOException {
        return "%d x %s, %d MiB, %s %s, load %s before"
                .formatted(
                        Runtime.getRuntime().availableProcessors(),
                        field(Path.of("/proc/cpuinfo"), "model name", "unknown processor"),
                        Long.parseLong(field(Path.of("/proc/meminfo"), "MemTotal", "0 kB")
                                        .replaceAll("[^0-9]", ""))
                                >> 10,
                        System.getProperty("os.name"),
                        System.getProperty("os.version"),
                        Files.readString(Path.of("/proc/loadavg")).split(" ")[0]);
    }

    private static String field(Path file, String name, String otherwise) throws IOException {
        return Files.readAllLines(file).stream()
                .filter(line -> line.startsWith(name))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse(otherwise);
    }
}
