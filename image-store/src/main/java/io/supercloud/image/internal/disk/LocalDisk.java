package io.supercloud.image.internal.disk;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** The disk of this host. */
public final class LocalDisk implements Disk {
    /** Half of what a process may have open on most machines, or less: each takes two descriptors. */
    public static final int MAX_OPEN_FILES = 2048;

    private final OpenFiles files;

    public LocalDisk() {
        this(MAX_OPEN_FILES);
    }

    /** @param mostOpen how many files are open at a time, beside those that are in use just then */
    public LocalDisk(int mostOpen) {
        this.files = new OpenFiles(mostOpen);
    }

    @Override
    public DiskFile open(Path path) throws IOException {
        return new LocalFile(path, files);
    }

    @Override
    public boolean exists(Path path) {
        return Files.exists(path);
    }

    @Override
    public byte[] readAll(Path path) throws IOException {
        return Files.readAllBytes(path);
    }

    @Override
    public List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.sorted().toList();
        }
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        Files.createDirectories(directory);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void link(Path file, Path second) throws IOException {
        Files.createLink(second, file);
    }

    @Override
    public int links(Path file) throws IOException {
        return (Integer) Files.getAttribute(file, "unix:nlink");
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }

    /** An interruption must not make it fail: what was to be durable would be in doubt for ever. */
    @Override
    public void forceDirectory(Path directory) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (!forced(directory)) {
                interrupted |= Thread.interrupted();
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean forced(Path directory) throws IOException {
        try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
            folder.force(true);
            return true;
        } catch (ClosedByInterruptException e) {
            return false;
        }
    }
}
