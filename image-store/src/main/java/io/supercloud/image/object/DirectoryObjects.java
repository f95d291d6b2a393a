package io.supercloud.image.object;

import io.supercloud.image.internal.disk.Disk;
import io.supercloud.image.internal.disk.DiskFile;
import io.supercloud.image.internal.disk.DurableFiles;
import io.supercloud.image.internal.disk.LocalDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Objects as files below a directory, which several hosts may share. */
public final class DirectoryObjects implements ObjectStore {
    /** Files that are not whole yet end so, as {@link DurableFiles} has them; they are no objects. */
    private static final String UNFINISHED = ".temporary";

    private final Disk disk = new LocalDisk();
    private final Path directory;

    public DirectoryObjects(Path directory) {
        this.directory = directory;
    }

    private Path path(String key) {
        return directory.resolve(ObjectStore.requireKey(key));
    }

    @Override
    public void put(String key, ByteBuffer content) throws IOException {
        Path path = path(key);
        disk.createDirectories(path.getParent());
        DurableFiles.write(disk, path, content.duplicate());
        for (Path each = path.getParent(); !each.equals(directory.getParent()); each = each.getParent()) {
            disk.forceDirectory(each);
        }
    }

    @Override
    public Optional<ByteBuffer> get(String key) throws IOException {
        return has(key) ? Optional.of(ByteBuffer.wrap(disk.readAll(path(key)))) : Optional.empty();
    }

    @Override
    public ByteBuffer read(String key, long offset, int length) throws IOException {
        if (!has(key)) {
            throw new IOException("there is no object %s in %s".formatted(key, directory));
        }
        ByteBuffer part = ByteBuffer.allocate(length);
        try (DiskFile file = disk.open(path(key))) {
            file.read(offset, part);
        }
        return part.flip();
    }

    @Override
    public boolean has(String key) {
        return Files.isRegularFile(path(key));
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .map(file -> directory.relativize(file).toString())
                    .filter(key -> key.startsWith(prefix) && !key.endsWith(UNFINISHED))
                    .sorted()
                    .toList();
        } catch (UncheckedIOException e) {
            throw new IOException("the objects in %s can not be listed".formatted(directory), e);
        }
    }

    @Override
    public void delete(String key) throws IOException {
        Path path = path(key);
        if (Files.isDirectory(path.getParent())) {
            disk.delete(path);
            disk.forceDirectory(path.getParent());
        }
    }

    @Override
    public void close() {}
}
