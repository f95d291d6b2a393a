package io.supercloud.image.internal.format;

import io.supercloud.image.BlockDevice;
import io.supercloud.image.Extent;
import io.supercloud.image.Progress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Another device, with somebody who is told how far along it the requests have come. */
public final class ObservedDevice implements BlockDevice {
    private final BlockDevice device;
    private final Progress progress;
    private final AtomicLong furthest = new AtomicLong();
    private final AtomicLong requests = new AtomicLong();

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
        long before = furthest.getAndAccumulate(end, Math::max);
        if (end > before) {
            progress.at(end, sizeBytes());
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
