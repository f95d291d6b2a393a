package io.supercloud.migration.hypervisor;

import io.supercloud.image.BlockDevice;
import io.supercloud.image.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * What a guest in memory remembers, and the program that it runs: it counts, and writes each number to the next of a few
 * blocks of its disk, where it first looks for the number that it wrote there the last time.
 */
public final class GuestMemory {
    private static final int BLOCKS = 16;
    private static final int STATE_MAGIC = 0x53544154;
    private static final int STATE_BYTES = 2 * Integer.BYTES + 1 + (BLOCKS + 1) * Long.BYTES;
    /** Beyond the image that the disk is based on. */
    private static final long FIRST_BLOCK = 64;

    private final long[] written = new long[BLOCKS];
    private long counter;
    private int boots;
    private boolean booted;

    /** Hears of each number that the disk has taken. */
    @FunctionalInterface
    public interface Witness {
        void acknowledged(long block, long number);
    }

    public GuestMemory copy() {
        GuestMemory copy = new GuestMemory();
        System.arraycopy(written, 0, copy.written, 0, BLOCKS);
        copy.counter = counter;
        copy.boots = boots;
        copy.booted = booted;
        return copy;
    }

    public byte[] toBytes() {
        ByteBuffer bytes = ByteBuffer.allocate(STATE_BYTES);
        bytes.putInt(STATE_MAGIC).putLong(counter).putInt(boots).put((byte) (booted ? 1 : 0));
        Arrays.stream(written).forEach(bytes::putLong);
        return bytes.array();
    }

    public static GuestMemory fromBytes(byte[] bytes) throws IOException {
        ByteBuffer state = ByteBuffer.wrap(bytes);
        if (bytes.length != STATE_BYTES || state.getInt() != STATE_MAGIC) {
            throw new IOException("this is not a whole state");
        }
        GuestMemory memory = new GuestMemory();
        memory.counter = state.getLong();
        memory.boots = state.getInt();
        memory.booted = state.get() == 1;
        Arrays.setAll(memory.written, slot -> state.getLong());
        return memory;
    }

    public long counter() {
        return counter;
    }

    /** How often it was read from the disk since the VM was made. */
    public int boots() {
        return boots;
    }

    /** Goes one number on. Where the disk refuses, it throws, and the next call tries the same again. */
    public void step(BlockDevice disk, Witness witness, Consumer<String> violated) {
        if (!booted) {
            boot(disk);
        }
        long next = counter + 1;
        int slot = (int) (next % BLOCKS);
        long found = read(disk, slot);
        if (found != written[slot] && found != next) {
            violated.accept("a guest reads %d where it has written %d".formatted(found, written[slot]));
        }
        ByteBuffer block =
                ByteBuffer.allocate(Volume.BLOCK_BYTES).putLong(0, next).putInt(Long.BYTES, boots);
        disk.write((FIRST_BLOCK + slot) * Volume.BLOCK_BYTES, block, true);
        witness.acknowledged(FIRST_BLOCK + slot, next);
        written[slot] = next;
        counter = next;
    }

    private void boot(BlockDevice disk) {
        ByteBuffer last = ByteBuffer.allocate(Volume.BLOCK_BYTES);
        for (int slot = 0; slot < BLOCKS; slot++) {
            written[slot] = read(disk, slot);
        }
        counter = Arrays.stream(written).max().orElse(0);
        disk.read((FIRST_BLOCK + counter % BLOCKS) * Volume.BLOCK_BYTES, last);
        boots = last.getInt(Long.BYTES) + 1;
        booted = true;
    }

    private static long read(BlockDevice disk, int slot) {
        ByteBuffer block = ByteBuffer.allocate(Volume.BLOCK_BYTES);
        disk.read((FIRST_BLOCK + slot) * Volume.BLOCK_BYTES, block);
        return block.getLong(0);
    }
}
