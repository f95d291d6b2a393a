package io.supercloud.image;

import io.supercloud.core.ImageId;
import io.supercloud.core.Names;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.image.internal.disk.Disk;
import io.supercloud.image.internal.disk.DurableFiles;
import io.supercloud.image.internal.disk.LocalDisk;
import io.supercloud.image.internal.log.BlockLog;
import io.supercloud.image.internal.log.LogSettings;
import io.supercloud.image.internal.log.SegmentLog;
import io.supercloud.image.internal.log.UntouchedLog;
import io.supercloud.image.internal.volume.BaseImage;
import io.supercloud.image.internal.volume.BlockVolume;
import io.supercloud.image.internal.volume.MapMemory;
import io.supercloud.image.internal.volume.RestingVolume;
import io.supercloud.image.internal.volume.VolumeContext;
import io.supercloud.image.internal.volume.VolumeSettings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** The pool in a directory: one folder for each volume, with its description and its log. One process has it at a time. */
public final class LocalVolumePool extends AbstractVolumePool {
    private static final String DESCRIPTION = "volume.properties";
    private static final String LOCK = "pool.lock";
    /** What a copy's folder is called until it is whole; no volume's name has such a beginning. */
    private static final String NEW = ".new-";
    /** What a replaced volume's folder is called until it is deleted. */
    private static final String OLD = ".old-";

    private final Disk disk;
    private final LogSettings logSettings;
    private final Executor background;
    private final Path directory;
    private final ImageStore images;
    private final FileChannel lock;

    /** @throws ImageStoreException where another process has the pool */
    public LocalVolumePool(Path directory, ImageStore images) {
        this(directory, images, PoolLimits.DEFAULT);
    }

    /** @throws ImageStoreException where another process has the pool */
    public LocalVolumePool(Path directory, ImageStore images, PoolLimits limits) {
        this(directory, images, limits, Volume.READ_TIMEOUT_MILLIS, Optional.empty());
    }

    /**
     * A pool that has replicated volumes too.
     *
     * @throws ImageStoreException where another process has the pool
     */
    public LocalVolumePool(Path directory, ImageStore images, PoolLimits limits, Replication replication) {
        this(directory, images, limits, Volume.READ_TIMEOUT_MILLIS, Optional.of(replication));
    }

    LocalVolumePool(Path directory, ImageStore images, long readTimeoutMillis, Optional<Replication> replication) {
        this(directory, images, PoolLimits.DEFAULT, readTimeoutMillis, replication);
    }

    private LocalVolumePool(
            Path directory,
            ImageStore images,
            PoolLimits limits,
            long readTimeoutMillis,
            Optional<Replication> replication) {
        this(
                new LocalDisk(limits.openFiles()),
                LogSettings.DEFAULT,
                directory,
                images,
                new VolumeSettings(
                        readTimeoutMillis, new VirtualThreadTasks(), new MapMemory(limits.mapBytes(), directory)),
                replication,
                task -> Thread.ofPlatform().daemon().name("volume-log").start(task));
    }

    /** @param background what writes to the disk without anybody waiting */
    LocalVolumePool(
            Disk disk,
            LogSettings logSettings,
            Path directory,
            ImageStore images,
            VolumeSettings volumes,
            Optional<Replication> replication,
            Executor background) {
        super(volumes, replication);
        this.disk = disk;
        this.logSettings = logSettings;
        this.background = background;
        this.directory = directory;
        this.images = images;
        this.lock = lock(directory);
        putInOrder();
    }

    private void putInOrder() {
        try {
            finishReplacements();
        } catch (IOException e) {
            close();
            throw new ImageStoreException("the volume pool %s can not be put in order".formatted(directory), e);
        }
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

    /** After a crash within {@link #storeCopy}: a whole copy whose place is free gets it, all else goes. */
    private void finishReplacements() throws IOException {
        for (Path entry : DurableFiles.list(disk, directory)) {
            String file = entry.getFileName().toString();
            if (file.startsWith(NEW)) {
                Path place = directory.resolve(file.substring(NEW.length()));
                if (disk.exists(place) || !disk.exists(entry.resolve(DESCRIPTION))) {
                    DurableFiles.deleteDirectory(disk, entry);
                } else {
                    disk.move(entry, place);
                }
            } else if (file.startsWith(MapMemory.FILE_PREFIX)) {
                disk.delete(entry);
            } else if (file.startsWith(OLD)) {
                DurableFiles.deleteDirectory(disk, entry);
            }
        }
        disk.forceDirectory(directory);
    }

    @Override
    BaseImage base(ImageId id) {
        return images.base(id);
    }

    @Override
    BaseImage base(ImageId id, VolumeSource source) throws IOException {
        return images.base(id, source);
    }

    @Override
    Optional<KeyReference> key(ImageId base) {
        return images.key(base);
    }

    @Override
    boolean exists(String name) {
        return disk.exists(folder(name).resolve(DESCRIPTION));
    }

    @Override
    BlockVolume makeNew(VolumeDescription description, VolumeState first, VolumeContext context) throws IOException {
        Path folder = folder(description.name());
        DurableFiles.deleteDirectory(disk, folder);
        disk.createDirectories(folder);
        BlockLog log = new SegmentLog(disk, logSettings, folder, background);
        try {
            DurableFiles.write(disk, folder.resolve(DESCRIPTION), DescriptionFile.text(description));
            disk.forceDirectory(directory);
            return BlockVolume.create(description, log, first, context);
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    @Override
    void storeCopy(BlockVolume source, VolumeDescription description, long epoch) throws IOException {
        storeCopy(description, copy -> source.copyLog(epoch, (log, state) -> ((SegmentLog) log).linkInto(copy, state)));
    }

    @Override
    boolean storeCopyOfUntouched(String from, String to, long serial, long epoch) throws IOException {
        Optional<UntouchedLog> log = UntouchedLog.of(disk, logSettings, folder(from));
        if (log.isEmpty()) {
            return false;
        }
        VolumeState state = RestingVolume.stateOf(log.get());
        if (epoch < state.epoch()) {
            throw new StaleEpochException(from, epoch, state);
        }
        VolumeDescription known = description(from);
        storeCopy(known.copy(to, serial), copy -> RestingVolume.copyLog(log.get(), copy, epoch));
        return true;
    }

    /** Fills a folder with a log. */
    @FunctionalInterface
    private interface LogCopy {
        void into(Path folder) throws IOException;
    }

    /** The copy becomes whole under another name; a volume of its own name gives way by two renames. */
    private void storeCopy(VolumeDescription description, LogCopy content) throws IOException {
        String name = description.name();
        Path copy = directory.resolve(NEW + name);
        Path old = directory.resolve(OLD + name);
        DurableFiles.deleteDirectory(disk, copy);
        DurableFiles.deleteDirectory(disk, old);
        disk.createDirectories(copy);
        content.into(copy);
        DurableFiles.write(disk, copy.resolve(DESCRIPTION), DescriptionFile.text(description));
        if (disk.exists(folder(name))) {
            disk.move(folder(name), old);
        }
        disk.move(copy, folder(name));
        disk.forceDirectory(directory);
        DurableFiles.deleteDirectory(disk, old);
    }

    @Override
    void describe(VolumeDescription description) throws IOException {
        DurableFiles.write(disk, folder(description.name()).resolve(DESCRIPTION), DescriptionFile.text(description));
    }

    @Override
    BlockVolume load(String name) throws IOException {
        Path folder = folder(name);
        VolumeDescription description = description(name);
        VolumeContext context = context(description);
        BlockLog log = new SegmentLog(disk, logSettings, folder, background);
        try {
            return BlockVolume.load(description, log, context);
        } catch (IOException e) {
            log.close();
            throw e;
        }
    }

    private VolumeDescription description(String name) throws IOException {
        Path file = folder(name).resolve(DESCRIPTION);
        return DescriptionFile.read(name, file, disk.readAll(file));
    }

    @Override
    void destroy(String name) throws IOException {
        disk.delete(folder(name).resolve(DESCRIPTION));
        DurableFiles.deleteDirectory(disk, folder(name));
        disk.forceDirectory(directory);
    }

    @Override
    List<String> stored() throws IOException {
        List<String> names = new ArrayList<>();
        for (Path entry : DurableFiles.list(disk, directory)) {
            String name = entry.getFileName().toString();
            if (!name.startsWith(NEW) && !name.startsWith(OLD) && disk.exists(entry.resolve(DESCRIPTION))) {
                names.add(name);
            }
        }
        return names;
    }

    private Path folder(String name) {
        return directory.resolve(Names.requireDotted("volume", name));
    }

    @Override
    void release() throws IOException {
        lock.close();
    }
}
