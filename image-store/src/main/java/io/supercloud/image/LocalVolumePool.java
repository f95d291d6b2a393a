package io.supercloud.image;

import io.supercloud.core.ImageId;
import io.supercloud.core.Names;
import io.supercloud.image.internal.disk.DurableFiles;
import io.supercloud.image.internal.log.BlockLog;
import io.supercloud.image.internal.log.SegmentLog;
import io.supercloud.image.internal.volume.BaseImage;
import io.supercloud.image.internal.volume.BlockVolume;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** The pool in a directory: one folder for each volume, with its description and its log. One process has it at a time. */
public final class LocalVolumePool extends AbstractVolumePool {
    private static final String DESCRIPTION = "volume.properties";
    private static final String LOCK = "pool.lock";

    private final Path directory;
    private final ImageStore images;
    private final FileChannel lock;

    /** @throws ImageStoreException where another process has the pool */
    public LocalVolumePool(Path directory, ImageStore images) {
        this(directory, images, Volume.READ_TIMEOUT_MILLIS);
    }

    LocalVolumePool(Path directory, ImageStore images, long readTimeoutMillis) {
        super(readTimeoutMillis);
        this.directory = directory;
        this.images = images;
        this.lock = lock(directory);
    }

    private static FileChannel lock(Path directory) {
        try {
            Files.createDirectories(directory);
            FileChannel file =
                    FileChannel.open(directory.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (tryLock(file)) {
                return file;
            }
            file.close();
        } catch (IOException e) {
            throw new ImageStoreException("the volume pool %s can not be opened".formatted(directory), e);
        }
        throw new ImageStoreException(
                "the volume pool %s is in use by another process: stop that agent first".formatted(directory));
    }

    private static boolean tryLock(FileChannel file) throws IOException {
        try {
            return file.tryLock() != null;
        } catch (OverlappingFileLockException heldInThisProcess) {
            return false;
        }
    }

    @Override
    BaseImage base(ImageId id) {
        return images.base(id);
    }

    @Override
    boolean exists(String name) {
        return Files.exists(folder(name).resolve(DESCRIPTION));
    }

    @Override
    BlockVolume makeNew(VolumeDescription description, VolumeState first, BaseImage base, long readTimeoutMillis)
            throws IOException {
        Path folder = folder(description.name());
        DurableFiles.deleteDirectory(folder);
        Files.createDirectories(folder);
        BlockLog log = new SegmentLog(folder);
        try {
            DurableFiles.write(folder.resolve(DESCRIPTION), DescriptionFile.text(description));
            DurableFiles.forceDirectory(directory);
            return BlockVolume.create(description, log, base, first, readTimeoutMillis);
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    @Override
    BlockVolume load(String name, long readTimeoutMillis) throws IOException {
        Path folder = folder(name);
        VolumeDescription description = DescriptionFile.read(name, folder.resolve(DESCRIPTION));
        BaseImage base = base(description.base());
        BlockLog log = new SegmentLog(folder);
        try {
            return BlockVolume.load(description, log, base, readTimeoutMillis);
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    @Override
    void destroy(String name) throws IOException {
        Files.deleteIfExists(folder(name).resolve(DESCRIPTION));
        DurableFiles.deleteDirectory(folder(name));
        DurableFiles.forceDirectory(directory);
    }

    @Override
    List<String> stored() throws IOException {
        List<String> names = new ArrayList<>();
        for (Path entry : DurableFiles.list(directory)) {
            if (Files.exists(entry.resolve(DESCRIPTION))) {
                names.add(entry.getFileName().toString());
            }
        }
        return names;
    }

    private Path folder(String name) {
        return directory.resolve(Names.require("volume", name));
    }

    @Override
    void release() throws IOException {
        lock.close();
    }
}
