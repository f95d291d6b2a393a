package io.supercloud.image.internal.volume;

import io.supercloud.image.BlockData;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeSource;
import io.supercloud.image.internal.log.CorruptRecordException;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads from this host where the content is here and sound, otherwise from the former host, and keeps what came. */
final class ReadPath {
    private static final Logger LOG = LoggerFactory.getLogger(ReadPath.class);

    private final LocalBlocks blocks;
    private final Fetcher fetcher;
    private final BooleanSupplier follower;
    private final long timeoutMillis;
    private final AtomicLong repaired = new AtomicLong();

    /**
     * @param follower whether newer content than this side knows of is as good
     * @param timeoutMillis how long a read waits for the source
     */
    ReadPath(LocalBlocks blocks, Fetcher fetcher, BooleanSupplier follower, long timeoutMillis) {
        this.blocks = blocks;
        this.fetcher = fetcher;
        this.follower = follower;
        this.timeoutMillis = timeoutMillis;
    }

    /** Fills {@code target} from {@code offset} on. */
    void read(long offset, ByteBuffer target) throws IOException {
        long shift = offset - target.position();
        while (true) {
            try {
                if (blocks.reader().read(offset, target)) {
                    return;
                }
                fetchRange(shift + target.position(), target.remaining());
            } catch (CorruptRecordException e) {
                repair((shift + target.position()) / Volume.BLOCK_BYTES, e);
            }
            offset = shift + target.position();
        }
    }

    /** As {@link #read} where that does not wait; otherwise false. */
    boolean readNow(long offset, ByteBuffer target) {
        return blocks.reader().readNow(offset, target);
    }

    /** Makes the content of a range be on this host. */
    void cache(long offset, long length) throws IOException {
        long end = offset + length;
        long block = blocks.map().nextAbsent(offset / Volume.BLOCK_BYTES);
        while (block * Volume.BLOCK_BYTES < end) {
            fetchAbsent(block * Volume.BLOCK_BYTES, end - block * Volume.BLOCK_BYTES);
            block = blocks.map().nextAbsent(block);
        }
        if (blocks.base().missingBlocks() > 0) {
            fetcher.fetchBaseNow(blocks.base(), offset, length, timeoutMillis);
        }
    }

    /** One block with its version, for another host. */
    BlockReader.VersionedBlock readVersioned(long block) throws IOException {
        while (true) {
            try {
                BlockReader.VersionedBlock found = blocks.reader().readVersioned(block);
                if (found != null) {
                    return found;
                }
                fetchRange(block * Volume.BLOCK_BYTES, Volume.BLOCK_BYTES);
            } catch (CorruptRecordException e) {
                repair(block, e);
            }
        }
    }

    /** Fetches some lacking blocks of a range in the background; returns how many bytes that are, 0 where none lack. */
    long fetchBatch(long from, long end) throws IOException {
        long[] lacking = lacking(from, end);
        if (lacking.length > 0) {
            store(fetcher.fetchLater(lacking));
        }
        return (long) lacking.length * Volume.BLOCK_BYTES;
    }

    /** Makes a range of the base image be here, in the background; returns how many bytes that are. */
    long fetchBaseLater(long offset, long length) throws IOException {
        fetcher.fetchBaseLater(blocks.base(), offset, length);
        return length;
    }

    /** Makes a chunk of the base image be here, for another host. */
    void fetchChunk(int chunk) throws IOException {
        if (blocks.base().nextMissingChunk(chunk) == chunk) {
            long start = (long) chunk * VolumeSource.STRETCH_BYTES;
            fetcher.fetchBaseNow(blocks.base(), start, VolumeSource.STRETCH_BYTES, timeoutMillis);
        }
    }

    /** Fetches the first lacking blocks of a range, of the volume and of its image. */
    private void fetchRange(long offset, long length) throws IOException {
        fetchAbsent(offset, length);
        long first = offset / Volume.BLOCK_BYTES;
        if (blocks.base().missingBlocks() > 0 && blocks.map().kind(first) == RecordKind.BASE) {
            long end = (offset + length + Volume.BLOCK_BYTES - 1) / Volume.BLOCK_BYTES;
            long block = first + 1;
            while (block < end && blocks.map().kind(block) == RecordKind.BASE) {
                block++;
            }
            fetcher.fetchBaseNow(
                    blocks.base(), first * Volume.BLOCK_BYTES, (block - first) * Volume.BLOCK_BYTES, timeoutMillis);
        }
    }

    private void fetchAbsent(long offset, long length) throws IOException {
        long end = (offset + length + Volume.BLOCK_BYTES - 1) / Volume.BLOCK_BYTES;
        long[] lacking = lacking(offset / Volume.BLOCK_BYTES, end);
        if (lacking.length > 0) {
            store(fetcher.fetchNow(lacking, timeoutMillis));
        }
    }

    private long[] lacking(long from, long end) {
        long[] found = new long[VolumeSource.MAX_BLOCKS];
        int count = 0;
        for (long block = blocks.map().nextAbsent(from);
                block < end && count < found.length;
                block = blocks.map().nextAbsent(block + 1)) {
            found[count++] = block;
        }
        return Arrays.copyOf(found, count);
    }

    private void store(BlockData fetched) throws IOException {
        blocks.change(() -> {
            for (int i = 0; i < fetched.blocks().length; i++) {
                long block = fetched.blocks()[i];
                if (blocks.map().kind(block) == RecordKind.ABSENT) {
                    requireVersion(block, fetched.versions()[i]);
                    stageContent(block, fetched.versions()[i], fetched.data()[i]);
                }
            }
        });
    }

    private void requireVersion(long block, long version) throws IOException {
        long wanted = blocks.map().version(block);
        if (version != wanted && !(follower.getAsBoolean() && version > wanted)) {
            throw new IOException(
                    "the source has version %x of block %d, wanted is %x: it is no copy of the same volume"
                            .formatted(version, block, wanted));
        }
    }

    private void stageContent(long block, long version, byte[] data) throws IOException {
        if (data.length == 0) {
            blocks.stage(RecordKind.ZERO, block, version);
        } else {
            blocks.stageContent(block, version, ByteBuffer.wrap(data));
        }
    }

    private void repair(long block, CorruptRecordException damage) throws IOException {
        long version = blocks.map().version(block);
        if (!fetcher.hasSource()) {
            throw damage;
        }
        BlockData fetched = fetcher.fetchNow(new long[] {block}, timeoutMillis);
        if (fetched.versions()[0] != version) {
            throw damage;
        }
        LOG.warn("Block {} was damaged here and came from the former host again: {}", block, damage.getMessage());
        blocks.change(() -> {
            if (blocks.map().version(block) == version) {
                stageContent(block, version, fetched.data()[0]);
            }
        });
        repaired.incrementAndGet();
    }

    /** How many blocks were damaged and came from the former host again. */
    long repaired() {
        return repaired.get();
    }
}
