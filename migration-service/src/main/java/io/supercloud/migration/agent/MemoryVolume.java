package io.supercloud.migration.agent;

import io.supercloud.image.BlockIoException;
import io.supercloud.image.Durability;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumePool;
import io.supercloud.migration.MigrationException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * A guest's memory as a volume of the block pool, so that it is kept, checked and carried as disks are. Block 0, big-endian;
 * the state, as the hypervisor wrote it, follows from block 1 on:
 *
 * <pre>
 *  0  u32  magic 0x53434d45
 *  4  u32  form: 1
 *  8  u64  length of the state in bytes
 * 16  u64  CRC32C of the state
 * </pre>
 *
 * <p>The header is written last, so a volume without it was never whole.
 */
final class MemoryVolume {
    private static final int MAGIC = 0x53434d45;
    private static final int FORM = 1;
    private static final int HEADER_BYTES = 24;
    private static final int COPY_BYTES = 1 << 20;
    /** The hosts that keep ledgers have guests' disks to serve beside, so little of a memory is on its way to them at a time. */
    private static final int FLUSH_BYTES = 2 << 20;

    private MemoryVolume() {}

    /**
     * Copies a state file into a new volume, which replaces one of this name; durable on return.
     *
     * @param disk the volume that the memory belongs to: it is encrypted where that is
     * @return the state's length in bytes
     */
    static long store(VolumePool volumes, String name, String disk, Path file, long epoch) {
        return store(volumes, name, disk, file, epoch, Durability.LOCAL);
    }

    /** As the other one, of any durability. */
    static long store(VolumePool volumes, String name, String disk, Path file, long epoch, Durability durability) {
        volumes.delete(name);
        try (FileChannel state = FileChannel.open(file, StandardOpenOption.READ)) {
            long length = state.size();
            Volume volume = volumes.createBeside(name, disk, sizeFor(length), epoch, durability);
            CRC32C checksum = new CRC32C();
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            for (long at = 0; at < length; ) {
                buffer.clear();
                int count = state.read(buffer, at);
                if (count <= 0) {
                    throw new IOException("it became shorter while it was read");
                }
                buffer.flip();
                checksum.update(buffer.duplicate());
                volume.write(Volume.BLOCK_BYTES + at, buffer, false);
                at += count;
                if (durability instanceof Durability.Replicated && at % FLUSH_BYTES == 0) {
                    volume.flush();
                }
            }
            volume.flush();
            ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES)
                    .putInt(MAGIC)
                    .putInt(FORM)
                    .putLong(length)
                    .putLong(checksum.getValue())
                    .flip();
            volume.write(0, header, true);
            return length;
        } catch (IOException e) {
            throw new MigrationException("the saved memory %s cannot be kept: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static long sizeFor(long length) {
        return (1 + (length + Volume.BLOCK_BYTES - 1) / Volume.BLOCK_BYTES) * Volume.BLOCK_BYTES;
    }

    /** Whether there is one, whole or not. */
    static boolean exists(VolumePool volumes, String name) {
        return volumes.names().contains(name);
    }

    /** Copies the state back into a file; throws where the volume is lost, damaged or was never whole. */
    static void extract(VolumePool volumes, String name, Path file) {
        Volume volume = volumes.find(name).orElseThrow(() -> new MigrationException("there is no volume " + name));
        try {
            extract(volume, file);
        } catch (BlockIoException | IOException e) {
            HostResources.remove(file);
            throw new MigrationException("the saved memory %s is damaged: %s".formatted(name, e.getMessage()), e);
        }
    }

    private static void extract(Volume volume, Path file) throws IOException {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        volume.read(0, header);
        header.flip();
        if (header.getInt() != MAGIC || header.getInt() != FORM) {
            throw new IOException("it has no header of form " + FORM);
        }
        long length = header.getLong();
        long expected = header.getLong();
        if (length < 0 || sizeFor(length) > volume.sizeBytes()) {
            throw new IOException("it tells a length of %d bytes, more than it has".formatted(length));
        }
        CRC32C checksum = new CRC32C();
        try (FileChannel state = FileChannel.open(
                file, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer buffer = ByteBuffer.allocate(COPY_BYTES);
            for (long at = 0; at < length; at += buffer.limit()) {
                buffer.clear().limit((int) Math.min(COPY_BYTES, length - at));
                volume.read(Volume.BLOCK_BYTES + at, buffer);
                buffer.flip();
                checksum.update(buffer.duplicate());
                while (buffer.hasRemaining()) {
                    state.write(buffer);
                }
            }
        }
        if (checksum.getValue() != expected) {
            throw new IOException("its checksum is not the one that it had");
        }
    }
}
