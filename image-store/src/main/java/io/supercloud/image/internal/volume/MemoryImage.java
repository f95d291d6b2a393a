package io.supercloud.image.internal.volume;

import java.nio.ByteBuffer;

/** A base image in memory. */
public final class MemoryImage implements BaseImage {
    private final byte[] content;

    public MemoryImage(byte[] content) {
        this.content = content;
    }

    @Override
    public long sizeBytes() {
        return content.length;
    }

    @Override
    public boolean read(long offset, ByteBuffer target) {
        int start = (int) Math.min(offset, content.length);
        target.put(content, start, Math.min(target.remaining(), content.length - start));
        Zeroes.fill(target);
        return true;
    }

    @Override
    public boolean readNow(long offset, ByteBuffer target) {
        return read(offset, target);
    }

    @Override
    public boolean isHole(long offset, long length) {
        long end = Math.min(offset + length, content.length);
        for (long at = offset; at < end; at++) {
            if (content[(int) at] != 0) {
                return false;
            }
        }
        return true;
    }
}
