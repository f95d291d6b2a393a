package io.supercloud.image.internal.format;

import io.supercloud.image.BlockDevice;
import io.supercloud.image.Extent;
import io.supercloud.image.Progress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Another device, with somebody who is told how far along it the requests have come. Requests may come at the same time; he is
 * told by one of them at a time, and never of a lesser place than before.
 */
public final class ObservedDevice implements BlockDevice {
    private final BlockDevice device;
    private final Progress progress;
    private final AtomicLong requests = new AtomicLong();
    private final Object telling = new Object();
    private long furthest;

    public ObservedDevice(BlockDevice device, Progress progress) {
        this.device = device;
        this.progress = progress;
    }

    /** How many requests there were. */
    public long requests() {
        return requests.get();
    }

    private void done(long end) {
        requests.incrementAndGet();
        synchronized (telling) {
            if (end > furthest) {
                furthest = end;
                progress.at(end, sizeBytes());
            }
        }
    }

    @Override
    public long sizeBytes() {
        return device.sizeBytes();
    }

    @Override
    public boolean readOnly() {
        return device.readOnly();
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        int length = target.remaining();
        device.read(offset, target);
        done(offset + length);
    }

    @Override
    public void write(long offset, ByteBuffer source, boolean durable) {
        int length = source.remaining();
        device.write(offset, source, durable);
        done(offset + length);
    }

    @Override
    public void flush() {
        device.flush();
    }

    @Override
    public void trim(long offset, long length, boolean durable) {
        device.trim(offset, length, durable);
        done(offset + length);
    }

    @Override
    public void zero(long offset, long length, boolean durable) {
        device.zero(offset, length, durable);
        done(offset + length);
    }

    @Override
    public void cache(long offset, long length) {
        device.cache(offset, length);
    }

    @Override
    public List<Extent> extents(long offset, long length, int most) {
        requests.incrementAndGet();
        return device.extents(offset, length, most);
    }
}
