package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.BlockIoException;
import io.supercloud.image.Extent;
import io.supercloud.image.IllegalVolumeStateException;
import io.supercloud.image.ImageStoreException;
import io.supercloud.image.Progress;
import io.supercloud.image.Seal;
import io.supercloud.image.StaleEpochException;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.VolumeSource;
import io.supercloud.image.VolumeState;
import io.supercloud.image.VolumeStats;
import io.supercloud.image.internal.log.BlockLog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;

/** A volume over any log: the states, and who may do what in which of them. */
public final class BlockVolume implements Volume {
    private final VolumeDescription description;
    private final LocalBlocks blocks;
    private final Fetcher fetcher;
    private final ReadPath reads;
    private final WritePath writes;
    private final Follower follower;
    private final LogCleaner cleaner;
    private final LocalSource source;
    private final AtomicLong readBytes = new AtomicLong();
    private final AtomicLong writtenBytes = new AtomicLong();
    /** Writes share it; who changes the state has it alone, and so waits for them. */
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

    private volatile VolumeState state;
    private volatile boolean closed;

    private BlockVolume(VolumeDescription description, LocalBlocks blocks, long readTimeoutMillis, Tasks tasks) {
        this.description = description;
        this.blocks = blocks;
        this.fetcher = new Fetcher(description.name(), null, tasks);
        this.reads = new ReadPath(blocks, fetcher, () -> isFollower(), readTimeoutMillis);
        this.writes = new WritePath(blocks, reads);
        this.follower = new Follower(description.name(), blocks, fetcher, reads, tasks);
        this.cleaner = new LogCleaner(description.name(), blocks);
        this.source = new LocalSource(blocks, reads);
    }

    /** A new volume in its first state, which is durable on return. */
    public static BlockVolume create(
            VolumeDescription description,
            BlockLog log,
            BaseImage base,
            VolumeState first,
            long readTimeoutMillis,
            Tasks tasks)
            throws IOException {
        Versions.requireEpoch(first.epoch());
        LocalBlocks blocks = new LocalBlocks(log, base, description.sizeBytes());
        BlockVolume volume = new BlockVolume(description, blocks, readTimeoutMillis, tasks);
        blocks.replay();
        blocks.setLastVersion(first instanceof VolumeState.Open ? Versions.beforeFirst(first.epoch()) : 0);
        volume.record(first);
        volume.cleaner.start();
        return volume;
    }

    /** A volume in the state that its log has recorded. */
    public static BlockVolume load(
            VolumeDescription description, BlockLog log, BaseImage base, long readTimeoutMillis, Tasks tasks)
            throws IOException {
        LocalBlocks blocks = new LocalBlocks(log, base, description.sizeBytes());
        BlockVolume volume = new BlockVolume(description, blocks, readTimeoutMillis, tasks);
        volume.state = blocks.replay();
        if (volume.state == null) {
            throw new IOException("the log of volume '%s' has no state: it was never wholly created; delete it"
                    .formatted(description.name()));
        }
        if (volume.state instanceof VolumeState.Open(long epoch)) {
            long recovered = blocks.lastVersion();
            blocks.setLastVersion(Versions.afterReopening(recovered, epoch));
            volume.source.setLostRange(recovered, blocks.lastVersion());
        }
        volume.follower.setCursor(volume.state instanceof VolumeState.Standby ? 0 : blocks.lastVersion());
        volume.cleaner.start();
        return volume;
    }

    @Override
    public String name() {
        return description.name();
    }

    @Override
    public VolumeState state() {
        return state;
    }

    @Override
    public VolumeDescription description() {
        return description;
    }

    @Override
    public VolumeSource source() {
        return source;
    }

    @Override
    public long sizeBytes() {
        return description.sizeBytes();
    }

    /** Opens the volume for the owner at {@code epoch}, as {@link io.supercloud.image.VolumePool#open} says. */
    public void openAt(long epoch) {
        Versions.requireEpoch(epoch);
        alone(() -> {
            if (epoch < state.epoch() || (epoch == state.epoch() && state instanceof VolumeState.Retired)) {
                throw new StaleEpochException(name(), epoch, state);
            }
            if (epoch > state.epoch()) {
                requireTransition(new VolumeState.Open(epoch));
                blocks.setLastVersion(Versions.beforeFirst(epoch));
                record(new VolumeState.Open(epoch));
            }
        });
    }

    /** Lets {@code copier} copy the log between two writes, as one of a volume that is open at {@code epoch}. */
    public void copyLog(long epoch, BlockLog.Copier copier) {
        flush();
        alone(() -> blocks.copyLog(new VolumeState.Open(epoch), copier));
    }

    /**
     * Whether the source goes on without this copy. Then it may have newer content than this copy knows of, which is as
     * good; the owner's copy has ended the source's epoch and takes exactly what it knows of.
     */
    private boolean isFollower() {
        return state instanceof VolumeState.Standby || state instanceof VolumeState.Retired;
    }

    /**
     * Fetches what a retired copy still lacks from its former source. Without that, the copy that it is to follow could
     * have to ask this one for a block that this one asks that one for.
     */
    public void prepareToFollow() {
        if (state instanceof VolumeState.Retired) {
            attempt("fetch what it lacks", () -> reads.cache(0, sizeBytes()));
        }
    }

    /** Follows another copy from now on, to be opened at {@code epoch}; to be called after {@link #prepareToFollow}. */
    public void followAt(long epoch, VolumeSource from) {
        Versions.requireEpoch(epoch);
        alone(() -> {
            VolumeState next = new VolumeState.Standby(epoch);
            if (state instanceof VolumeState.Retired && epoch <= state.epoch()) {
                throw new StaleEpochException(name(), epoch, state);
            }
            requireTransition(next);
            if (state instanceof VolumeState.Retired && missingBlocks() > 0) {
                throw new ImageStoreException(
                        "volume '%s' still lacks %d blocks of its former source: prefetch them first"
                                .formatted(name(), missingBlocks()));
            }
            follower.setCursor(state instanceof VolumeState.Retired ? blocks.lastVersion() : 0);
            fetcher.setSource(from);
            record(next);
        });
    }

    @Override
    public Seal seal() {
        alone(() -> {
            if (!(state instanceof VolumeState.Sealed)) {
                VolumeState next = new VolumeState.Sealed(state.epoch());
                requireTransition(next);
                record(next);
            }
        });
        return new Seal(state.epoch(), blocks.lastVersion());
    }

    @Override
    public void unseal() {
        alone(() -> {
            VolumeState next = new VolumeState.Open(state.epoch());
            requireFrom(state instanceof VolumeState.Sealed, next);
            record(next);
        });
    }

    @Override
    public void retire() {
        alone(() -> {
            VolumeState next = new VolumeState.Retired(state.epoch());
            requireTransition(next);
            record(next);
        });
    }

    @Override
    public void open(Seal seal) {
        VolumeState next = new VolumeState.Open(seal.epoch() + 1);
        requireFrom(state instanceof VolumeState.Standby, next);
        requireTransition(next);
        attempt("catch up", () -> follower.catchUpWith(seal));
        alone(() -> {
            requireFrom(state instanceof VolumeState.Standby, next);
            requireTransition(next);
            blocks.setLastVersion(Versions.beforeFirst(next.epoch()));
            record(next);
        });
    }

    private void requireTransition(VolumeState next) {
        requireFrom(state.mayBecome(next), next);
    }

    private void requireFrom(boolean allowed, VolumeState next) {
        if (!allowed) {
            throw new IllegalVolumeStateException(name(), state, next);
        }
    }

    /** Makes {@code next} durable, and all writes before it, with one forced write. */
    private void record(VolumeState next) throws IOException {
        blocks.change(() -> blocks.stageState(next));
        blocks.log().force();
        state = next;
    }

    private void alone(Action action) {
        gate.writeLock().lock();
        try {
            attempt("change its state", action);
        } finally {
            gate.writeLock().unlock();
        }
    }

    @Override
    public void attachSource(VolumeSource from) {
        fetcher.setSource(from);
    }

    @Override
    public long catchUp() {
        if (state instanceof VolumeState.Standby) {
            attempt("catch up", follower::catchUp);
        }
        return missingBlocks();
    }

    @Override
    public void prefetch(BooleanSupplier keepGoing, Progress progress) {
        attempt("prefetch", () -> follower.prefetch(() -> !closed && keepGoing.getAsBoolean(), progress));
    }

    @Override
    public long missingBlocks() {
        return blocks.map().absent();
    }

    @Override
    public boolean hydrated() {
        return !(state instanceof VolumeState.Standby) && missingBlocks() == 0;
    }

    @Override
    public long bytesFetched() {
        return fetcher.fetchedBytes();
    }

    @Override
    public void dropSource() {
        if (!hydrated()) {
            throw new ImageStoreException(
                    "volume '%s' needs its source: it is %s and lacks %d blocks; prefetch them first"
                            .formatted(name(), state, missingBlocks()));
        }
        fetcher.setSource(null);
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        Extents.requireWithin(description, offset, target.remaining());
        readBytes.addAndGet(target.remaining());
        attempt("read", () -> reads.read(offset, target));
    }

    @Override
    public boolean readNow(long offset, ByteBuffer target) {
        int length = target.remaining();
        boolean done = Extents.areWithin(description, offset, length) && !closed && reads.readNow(offset, target);
        readBytes.addAndGet(done ? length : 0);
        return done;
    }

    @Override
    public void write(long offset, ByteBuffer data, boolean durable) {
        int length = data.remaining();
        Extents.requireWithin(description, offset, length);
        writing("write", durable, () -> writes.write(offset, data));
        writtenBytes.addAndGet(length);
    }

    @Override
    public void flush() {
        attempt("flush", () -> blocks.log().force());
    }

    @Override
    public void trim(long offset, long length, boolean durable) {
        Extents.requireWithin(description, offset, length);
        writing("trim", durable, () -> writes.trim(offset, length));
    }

    @Override
    public void zero(long offset, long length, boolean durable) {
        Extents.requireWithin(description, offset, length);
        writing("zero", durable, () -> writes.zero(offset, length));
    }

    @Override
    public void cache(long offset, long length) {
        Extents.requireWithin(description, offset, length);
        attempt("read ahead", () -> reads.cache(offset, length));
    }

    @Override
    public List<Extent> extents(long offset, long length, int most) {
        Extents.requireWithin(description, offset, length);
        return Extents.of(blocks, offset, length, most);
    }

    private void writing(String what, boolean durable, Action action) {
        gate.readLock().lock();
        try {
            if (!(state instanceof VolumeState.Open)) {
                throw new BlockIoException(
                        BlockIoException.Reason.NOT_PERMITTED,
                        "volume '%s' takes no writes here: it is %s".formatted(name(), state),
                        null);
            }
            attempt(what, action);
        } finally {
            gate.readLock().unlock();
        }
        if (durable) {
            flush();
        }
    }

    /** Something that does I/O. */
    @FunctionalInterface
    private interface Action {
        void run() throws IOException;
    }

    private void attempt(String what, Action action) {
        try {
            if (closed) {
                throw new IOException("it is closed");
            }
            action.run();
        } catch (IOException e) {
            throw Failures.of(name(), what, e);
        }
    }

    @Override
    public VolumeStats stats() {
        return new VolumeStats(
                readBytes.get(),
                writtenBytes.get(),
                bytesFetched(),
                blocks.log().bytes(),
                blocks.log().liveBytes());
    }

    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        fetcher.close();
        cleaner.close();
        gate.writeLock().lock();
        try {
            blocks.log().force();
        } catch (IOException e) {
            throw Failures.of(name(), "flush at closing", e);
        } finally {
            blocks.close();
            gate.writeLock().unlock();
        }
    }
}
