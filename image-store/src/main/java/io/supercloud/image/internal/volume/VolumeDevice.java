package io.supercloud.image.internal.volume;

import io.supercloud.image.BlockDevice;
import io.supercloud.image.BlockIoException;
import io.supercloud.image.Extent;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.VolumeState;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;

/** What a volume is to a guest: a device that takes writes while it is open, and none while its state changes. */
abstract class VolumeDevice implements BlockDevice {
    private final VolumeDescription description;
    private final LocalBlocks blocks;
    private final ReadPath reads;
    private final WritePath writes;
    private final Heat heat;
    private final LongAdder readBytes = new LongAdder();
    private final LongAdder writtenBytes = new LongAdder();
    /** Writes share it; who changes the state has it alone, and so waits for them. */
    private final ReentrantReadWriteLock gate = new ReentrantReadWriteLock();

    private volatile boolean closed;

    VolumeDevice(VolumeDescription description, LocalBlocks blocks, Fetcher fetcher, long readTimeoutMillis) {
        this.description = description;
        this.blocks = blocks;
        this.heat = new Heat(description.sizeBytes());
        this.reads = new ReadPath(blocks, fetcher, this::isFollower, readTimeoutMillis);
        this.writes = new WritePath(blocks, reads);
    }

    public abstract VolumeState state();

    Heat heat() {
        return heat;
    }

    LocalBlocks blocks() {
        return blocks;
    }

    ReadPath reads() {
        return reads;
    }

    /**
     * Whether the source goes on without this copy. Then it may have newer content than this copy knows of, which is as
     * good; the owner's copy has ended the source's epoch and takes exactly what it knows of.
     */
    private boolean isFollower() {
        return state() instanceof VolumeState.Standby || state() instanceof VolumeState.Retired;
    }

    @Override
    public long sizeBytes() {
        return description.sizeBytes();
    }

    long readBytes() {
        return readBytes.sum();
    }

    long writtenBytes() {
        return writtenBytes.sum();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        Extents.requireWithin(description, offset, target.remaining());
        readBytes.add(target.remaining());
        heat.touch(offset);
        attempt("read", () -> reads.read(offset, target));
    }

    @Override
    public boolean readNow(long offset, ByteBuffer target) {
        int length = target.remaining();
        boolean done = Extents.areWithin(description, offset, length) && !closed && reads.readNow(offset, target);
        if (done) {
            readBytes.add(length);
            heat.touch(offset);
        }
        return done;
    }

    @Override
    public void write(long offset, ByteBuffer data, boolean durable) {
        int length = data.remaining();
        Extents.requireWithin(description, offset, length);
        heat.touch(offset);
        writing("write", durable, () -> writes.write(offset, data));
        writtenBytes.add(length);
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
            if (!(state() instanceof VolumeState.Open)) {
                throw new BlockIoException(
                        BlockIoException.Reason.NOT_PERMITTED,
                        "volume '%s' takes no writes here: it is %s".formatted(description.name(), state()),
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
    interface Action {
        void run() throws IOException;
    }

    /** Runs {@code action} while no write is under way. */
    void alone(Action action) {
        gate.writeLock().lock();
        try {
            attempt("change its state", action);
        } finally {
            gate.writeLock().unlock();
        }
    }

    void attempt(String what, Action action) {
        try {
            if (closed) {
                throw new IOException("it is closed");
            }
            action.run();
        } catch (IOException e) {
            throw Failures.of(description.name(), what, e);
        }
    }

    public boolean isClosed() {
        return closed;
    }

    /** Lets nothing more begin; false where that was so before. */
    boolean beginClosing() {
        boolean open = !closed;
        closed = true;
        return open;
    }

    /**
     * Makes everything durable and closes the files.
     *
     * @param wanted whether anybody will want what is here
     */
    void finishClosing(BooleanSupplier wanted) {
        gate.writeLock().lock();
        try {
            if (wanted.getAsBoolean()) {
                blocks.log().force();
            }
        } catch (IOException e) {
            if (wanted.getAsBoolean()) {
                throw Failures.of(description.name(), "flush at closing", e);
            }
        } finally {
            blocks.close();
            gate.writeLock().unlock();
        }
    }
}
