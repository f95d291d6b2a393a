package io.supercloud.image.internal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Files that are there whole or not at all, also after a loss of power. */
public final class DurableFiles {
    private static final String TEMPORARY = ".temporary";

    private DurableFiles() {}

    /** Puts {@code content} at {@code path}, replacing what is there. */
    public static void write(Path path, ByteBuffer content) throws IOException {
        Path temporary = path.resolveSibling(path.getFileName() + TEMPORARY);
        try (FileChannel file = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            while (content.hasRemaining()) {
                file.write(content);
            }
            file.force(true);
        }
        Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        forceDirectory(path.getParent());
    }

    /** Makes the entries of a directory durable. */
    public static void forceDirectory(Path directory) throws IOException {
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    /** What is in a directory, but for files that were not finished. */
    public static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.filter(entry -> !entry.toString().endsWith(TEMPORARY))
                    .sorted()
                    .toList();
        }
    }

    /** Deletes a directory that holds files alone. */
    public static void deleteDirectory(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (Stream<Path> entries = Files.list(directory)) {
            for (Path entry : entries.toList()) {
                Files.deleteIfExists(entry);
            }
        }
        Files.delete(directory);
    }
}
