package io.supercloud.migration.agent;

import io.supercloud.migration.HostCall.ConsoleText;
import io.supercloud.migration.MigrationException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the host's kernel says of itself, and bounded reads of its files. */
final class HostResources {
    private static final int MAX_CONSOLE_BYTES = 64 << 10;

    private HostResources() {}

    static long freeMemoryMiB() {
        try {
            return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElseThrow(() -> new MigrationException("/proc/meminfo names no MemAvailable"));
        } catch (IOException e) {
            throw new MigrationException("/proc/meminfo cannot be read", e);
        }
    }

    static long freeDiskBytes(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw new MigrationException("the free space of %s is not known".formatted(directory), e);
        }
    }

    /** The bytes of a log from {@code offset}, or, for a negative one, its last {@code -offset} bytes. */
    static ConsoleText tail(Path log, long offset) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long begin = offset >= 0 ? Math.min(offset, file.length()) : Math.max(0, file.length() + offset);
            byte[] text = new byte[(int) Math.min(MAX_CONSOLE_BYTES, file.length() - begin)];
            file.seek(begin);
            file.readFully(text);
            return new ConsoleText(begin, text);
        } catch (IOException e) {
            throw new MigrationException("the console log %s cannot be read".formatted(log), e);
        }
    }
}
