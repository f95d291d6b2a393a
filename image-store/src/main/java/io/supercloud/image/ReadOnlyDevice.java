package io.supercloud.image;

import java.nio.ByteBuffer;
import java.util.List;

/** Another device, without the right to change it. */
public record ReadOnlyDevice(BlockDevice device) implements BlockDevice {
    @Override
    public long sizeBytes() {
        return device.sizeBytes();
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        device.read(offset, target);
    }

    @Override
    public boolean readNow(long offset, ByteBuffer target) {
        return device.readNow(offset, target);
    }

    @Override
    public void write(long offset, ByteBuffer source, boolean durable) {
        throw refused();
    }

    @Override
    public void flush() {
        device.flush();
    }

    @Override
    public void trim(long offset, long length, boolean durable) {
        throw refused();
    }

    @Override
    public void zero(long offset, long length, boolean durable) {
        throw refused();
    }

    @Override
    public void cache(long offset, long length) {
        device.cache(offset, length);
    }

    @Override
    public List<Extent> extents(long offset, long length, int most) {
        return device.extents(offset, length, most);
    }

    private static BlockIoException refused() {
        return new BlockIoException(
                BlockIoException.Reason.NOT_PERMITTED,
                "this disk is served to be read only: write to it in its VM",
                null);
    }
}
