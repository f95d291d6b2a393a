package io.supercloud.image.internal.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** Files that are there whole or not at all, also after a loss of power. */
public final class DurableFiles {
    private static final String TEMPORARY = ".temporary";

    private DurableFiles() {}

    /** Puts {@code content} at {@code path}, replacing what is there. */
    public static void write(Disk disk, Path path, ByteBuffer content) throws IOException {
        Path temporary = path.resolveSibling(path.getFileName() + TEMPORARY);
        disk.delete(temporary);
        try (DiskFile file = disk.open(temporary)) {
            file.write(0, content);
            file.force();
        }
        disk.move(temporary, path);
        disk.forceDirectory(path.getParent());
    }

    /** What is in a directory, but for files that were not finished. */
    public static List<Path> list(Disk disk, Path directory) throws IOException {
        return disk.list(directory).stream()
                .filter(entry -> !entry.toString().endsWith(TEMPORARY))
                .toList();
    }

    /** Deletes a directory that holds files alone; nothing happens where there is none. */
    public static void deleteDirectory(Disk disk, Path directory) throws IOException {
        if (!disk.exists(directory)) {
            return;
        }
        for (Path entry : disk.list(directory)) {
            disk.delete(entry);
        }
        disk.delete(directory);
    }
}
