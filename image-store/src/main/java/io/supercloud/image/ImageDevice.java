package io.supercloud.image;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.internal.volume.BaseImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** An image of a store, as a device to be read only. Holes are told in whole chunks. */
record ImageDevice(String name, BaseImage image) implements BlockDevice {
    @Override
    public long sizeBytes() {
        return image.sizeBytes();
    }

    @Override
    public boolean readOnly() {
        return true;
    }

    @Override
    public void read(long offset, ByteBuffer target) {
        requireWithin(offset, target.remaining());
        try {
            if (!image.read(offset, target)) {
                throw new IOException("it is not wholly here yet");
            }
        } catch (IOException e) {
            throw new BlockIoException(
                    BlockIoException.Reason.FAILED,
                    "image '%s' can not be read: %s".formatted(name, e.getMessage()),
                    e);
        }
    }

    @Override
    public List<Extent> extents(long offset, long length, int most) {
        requireWithin(offset, length);
        List<Extent> extents = new ArrayList<>();
        long end = offset + length;
        for (long start = offset; start < end && extents.size() < most; ) {
            boolean hole = isHole(start, end);
            long at = next(start, end);
            while (at < end && isHole(at, end) == hole) {
                at = next(at, end);
            }
            extents.add(new Extent(at - start, hole));
            start = at;
        }
        return extents;
    }

    private boolean isHole(long at, long end) {
        return image.isHole(at, next(at, end) - at);
    }

    private static long next(long at, long end) {
        return Math.min(end, (at / ImageStore.CHUNK_BYTES + 1) * ImageStore.CHUNK_BYTES);
    }

    private void requireWithin(long offset, long length) {
        if (offset < 0 || offset > sizeBytes() - length) {
            throw new InvalidValueException("image '%s' has %d bytes: there are no %d bytes at %d"
                    .formatted(name, sizeBytes(), length, offset));
        }
    }

    @Override
    public void write(long offset, ByteBuffer source, boolean durable) {
        throw refused();
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
    public void flush() {}

    @Override
    public void cache(long offset, long length) {}

    private BlockIoException refused() {
        return new BlockIoException(
                BlockIoException.Reason.NOT_PERMITTED, "image '%s' is never changed".formatted(name), null);
    }
}
