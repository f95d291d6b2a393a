package io.supercloud.image;

import java.nio.ByteBuffer;
import java.util.List;

/**
 * A disk. Every method blocks, may be called by many threads at a time, and throws {@link BlockIoException} where the
 * device refuses or fails, {@link io.supercloud.core.InvalidValueException} where the range is not within the device.
 * Offsets and lengths are in bytes and of any alignment. Requests that overlap in time and range have no order.
 */
public interface BlockDevice {
    long sizeBytes();

    /** Whether every change is refused. */
    default boolean readOnly() {
        return false;
    }

    /** Fills {@code target} with what is at {@code offset}. */
    void read(long offset, ByteBuffer target);

    /**
     * As {@link #read} where that does not wait, for a disk or for another host; otherwise false, and {@code target} is
     * undefined. Never throws: where a read would fail this is false too.
     */
    default boolean readNow(long offset, ByteBuffer target) {
        return false;
    }

    /**
     * Writes all of {@code source}, which every later read shows, also after the death of this process.
     *
     * @param durable whether it must survive a loss of power when this returns
     */
    void write(long offset, ByteBuffer source, boolean durable);

    /** Makes all completed writes survive a loss of power. */
    void flush();

    /** Gives space back: whole blocks within the range read as zeroes afterwards, others keep their content. */
    void trim(long offset, long length, boolean durable);

    /** Makes the range read as zeroes; always quick, and never reserves space. */
    void zero(long offset, long length, boolean durable);

    /** Gets content that is far away near; reads then find it here. */
    void cache(long offset, long length);

    /** What lies in the range, as at most {@code most} (1 or more) extents from {@code offset} on. */
    List<Extent> extents(long offset, long length, int most);
}
