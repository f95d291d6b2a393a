package io.supercloud.image;

import io.supercloud.core.ImageId;
import io.supercloud.core.Tasks;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.image.internal.log.MemoryLog;
import io.supercloud.image.internal.volume.BaseImage;
import io.supercloud.image.internal.volume.BlockVolume;
import io.supercloud.image.internal.volume.MapMemory;
import io.supercloud.image.internal.volume.MemoryImage;
import io.supercloud.image.internal.volume.VolumeContext;
import io.supercloud.image.internal.volume.VolumeSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** A pool in memory, for simulations and tests: the same volumes, as durable as this object. */
public final class InMemoryVolumePool extends AbstractVolumePool {
    private record Kept(VolumeDescription description, MemoryLog log) {}

    private final Disk disk;
    private final Optional<Replication> replication;

    /** What outlives a pool, as a disk outlives the process that uses it. */
    private static final class Disk {
        private final Map<ImageId, byte[]> images =
                new ConcurrentSkipListMap<>((a, b) -> a.value().compareTo(b.value()));
        private final Map<String, Kept> volumes = new ConcurrentSkipListMap<>();
        private volatile boolean full;
    }

    public InMemoryVolumePool() {
        this(Volume.READ_TIMEOUT_MILLIS);
    }

    InMemoryVolumePool(long readTimeoutMillis) {
        this(readTimeoutMillis, Optional.empty());
    }

    /** A pool that has replicated volumes too. */
    public InMemoryVolumePool(Replication replication) {
        this(Volume.READ_TIMEOUT_MILLIS, Optional.of(replication));
    }

    private InMemoryVolumePool(long readTimeoutMillis, Optional<Replication> replication) {
        this(readTimeoutMillis, new VirtualThreadTasks(), replication, new Disk());
        withImage(ImageStore.BLANK, new byte[0]);
    }

    private InMemoryVolumePool(long readTimeoutMillis, Tasks tasks, Optional<Replication> replication, Disk disk) {
        super(new VolumeSettings(readTimeoutMillis, tasks, MapMemory.UNBOUNDED), replication);
        this.disk = disk;
        this.replication = replication;
    }

    /** The pool of another process on the same disk; this one is to be used no more. */
    public InMemoryVolumePool another(Tasks tasks) {
        return new InMemoryVolumePool(Volume.READ_TIMEOUT_MILLIS, tasks, replication, disk);
    }

    /** From now on the disk has no space left, or has some again. */
    public void fill(boolean full) {
        disk.full = full;
    }

    /** Makes an image be here; volumes may then be based on it. */
    public InMemoryVolumePool withImage(ImageId id, byte[] content) {
        disk.images.put(id, content.clone());
        return this;
    }

    @Override
    BaseImage base(ImageId id) {
        byte[] content = disk.images.get(id);
        if (content == null) {
            throw new ImageStoreException("there is no image '%s' here: import it".formatted(id));
        }
        return new MemoryImage(content);
    }

    @Override
    BaseImage base(ImageId id, VolumeSource source) {
        return base(id);
    }

    @Override
    Optional<KeyReference> key(ImageId base) {
        return Optional.empty();
    }

    @Override
    boolean exists(String name) {
        return disk.volumes.containsKey(name);
    }

    @Override
    BlockVolume makeNew(VolumeDescription description, VolumeState first, VolumeContext context) throws IOException {
        MemoryLog log = new MemoryLog(() -> disk.full);
        BlockVolume volume = BlockVolume.create(description, log, first, context);
        disk.volumes.put(description.name(), new Kept(description, log));
        return volume;
    }

    @Override
    void storeCopy(BlockVolume source, VolumeDescription description, long epoch) {
        source.copyLog(
                epoch,
                (log, state) ->
                        disk.volumes.put(description.name(), new Kept(description, ((MemoryLog) log).copy(state))));
    }

    @Override
    boolean storeCopyOfUntouched(String from, String to, long serial, long epoch) {
        return false;
    }

    @Override
    void describe(VolumeDescription description) {
        disk.volumes.computeIfPresent(description.name(), (name, kept) -> new Kept(description, kept.log()));
    }

    @Override
    BlockVolume load(String name) throws IOException {
        Kept kept = disk.volumes.get(name);
        return BlockVolume.load(kept.description(), kept.log(), context(kept.description()));
    }

    @Override
    void destroy(String name) {
        disk.volumes.remove(name);
    }

    @Override
    List<String> stored() {
        return List.copyOf(disk.volumes.keySet());
    }

    @Override
    void release() {}
}
