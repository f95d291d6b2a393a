package io.supercloud.image.internal.volume;

import io.supercloud.image.Changes;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeState;
import io.supercloud.image.internal.log.BlockLog;
import io.supercloud.image.internal.log.Location;
import io.supercloud.image.internal.log.RecordHeader;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;

/**
 * What of a volume is on this host: log, map and base image. Methods named {@code stage...} are to be called
 * from within {@link #change}.
 */
final class LocalBlocks implements AutoCloseable {
    /** Orders all changes of log and map. Never held while waiting for another host. */
    private final ReentrantLock head = new ReentrantLock();

    private final BlockLog log;
    private final BlockMap map;
    private final BaseImage base;
    private final long[] stagedBlocks = new long[BlockLog.MAX_RUN_RECORDS];
    private final long[] stagedVersions = new long[BlockLog.MAX_RUN_RECORDS];
    private final long[] stagedLocations = new long[BlockLog.MAX_RUN_RECORDS];
    private final ByteBuffer merged = ByteBuffer.allocateDirect(BlockLog.BLOCK_BYTES);
    private VolumeState recordedState;
    private int staged;
    /** The highest version given; some may still be staged. */
    private long lastVersion;
    /** All versions up to this one are in the map, or were dropped. */
    private volatile long publishedVersion;

    LocalBlocks(BlockLog log, BaseImage base, long sizeBytes) {
        this.log = log;
        this.base = base;
        this.map = new BlockMap(sizeBytes / Volume.BLOCK_BYTES);
    }

    BlockMap map() {
        return map;
    }

    BlockLog log() {
        return log;
    }

    /** All versions up to this one show in the map, unless later ones replaced them. */
    long lastVersion() {
        return publishedVersion;
    }

    void setLastVersion(long version) {
        head.lock();
        try {
            lastVersion = version;
            publishedVersion = version;
        } finally {
            head.unlock();
        }
    }

    /** Rebuilds the map from the log and returns the recorded state, or null in a new log. */
    VolumeState replay() throws IOException {
        log.replay((header, location, data) -> {
            lastVersion = Math.max(lastVersion, header.version());
            if (header.kind() == RecordKind.STATE) {
                recordedState = Versions.decodeState(header.block());
            } else if (header.block() < 0 || header.block() >= map.blocks()) {
                throw new IOException("the log has a record of block %d, but the volume has %d blocks"
                        .formatted(header.block(), map.blocks()));
            } else {
                point(header.block(), header.version(), location);
            }
        });
        publishedVersion = lastVersion;
        return recordedState;
    }

    private void point(long block, long version, long location) {
        long former = map.put(block, version, location);
        if (former != Location.NONE) {
            log.dead(former);
        }
        log.live(location);
    }

    /**
     * Fills {@code target} from {@code offset} on.
     *
     * @return false where a block is met whose content is not here. Its place, like that of a damaged block when this
     *     throws, shows in the position of {@code target}
     */
    boolean read(long offset, ByteBuffer target) throws IOException {
        long shift = offset - target.position();
        while (target.hasRemaining()) {
            long at = shift + target.position();
            long block = at / Volume.BLOCK_BYTES;
            int within = (int) (at % Volume.BLOCK_BYTES);
            int length = Math.min(target.remaining(), Volume.BLOCK_BYTES - within);
            long location = map.location(block);
            switch (Location.kind(location)) {
                case ABSENT -> {
                    return false;
                }
                case BASE -> base.read(at, slice(target, length));
                case ZERO -> Zeroes.fill(slice(target, length));
                case DATA -> readRun(block, location, within, target);
                case STATE -> throw new IllegalStateException("block %d points at a state record".formatted(block));
            }
        }
        return true;
    }

    private static ByteBuffer slice(ByteBuffer target, int length) {
        ByteBuffer slice = target.slice(target.position(), length);
        target.position(target.position() + length);
        return slice;
    }

    /** Reads as many blocks as lie one behind the other in the log; none where the cleaner was quicker. */
    private void readRun(long block, long location, int within, ByteBuffer target) throws IOException {
        int count = 1;
        long next = log.following(location);
        int wanted = (within + target.remaining()) / Volume.BLOCK_BYTES;
        while (count < Math.min(wanted, BlockLog.MAX_RUN_RECORDS) && map.location(block + count) == next) {
            next = log.following(next);
            count++;
        }
        log.read(location, count, new RunReader(block, within, target));
    }

    /** One block with the version that it has; null where its content is not here. */
    VersionedBlock readVersioned(long block) throws IOException {
        while (true) {
            long location = map.location(block);
            if (Location.kind(location) == RecordKind.ABSENT) {
                return null;
            }
            if (location == Location.NONE || Location.kind(location) == RecordKind.BASE) {
                byte[] data = new byte[Volume.BLOCK_BYTES];
                base.read(block * Volume.BLOCK_BYTES, ByteBuffer.wrap(data));
                return new VersionedBlock(0, data);
            }
            VersionedBlock[] found = {null};
            log.read(location, 1, (header, data) -> {
                byte[] content = new byte[data.remaining()];
                data.get(content);
                found[0] = new VersionedBlock(header.version(), content);
            });
            if (found[0] != null) {
                return found[0];
            }
        }
    }

    @SuppressWarnings("ArrayRecordComponent")
    record VersionedBlock(long version, byte[] data) {}

    /** Whether the block reads as zeroes without taking space. */
    boolean isHole(long block) {
        return switch (map.kind(block)) {
            case ZERO -> true;
            case BASE -> base.isHole(block * Volume.BLOCK_BYTES, Volume.BLOCK_BYTES);
            case DATA, ABSENT, STATE -> false;
        };
    }

    /** Stages a write of {@code part}, which is within one block, as the next version. */
    void stageWrite(long block, int within, ByteBuffer part) throws IOException {
        if (part.remaining() == Volume.BLOCK_BYTES) {
            stage(RecordKind.DATA, block, nextVersion(), part);
            return;
        }
        merged.clear();
        if (!read(block * Volume.BLOCK_BYTES, merged)) {
            throw new IOException("block %d, of which a part is written, is not on this host".formatted(block));
        }
        merged.position(within).put(part).rewind();
        stage(RecordKind.DATA, block, nextVersion(), merged);
    }

    void stageZero(long block) throws IOException {
        if (!isHole(block)) {
            stage(RecordKind.ZERO, block, nextVersion(), null);
        }
    }

    void stage(RecordKind kind, long block, long version, ByteBuffer data) throws IOException {
        if (staged == BlockLog.MAX_RUN_RECORDS) {
            commit();
        }
        stagedLocations[staged] = log.append(kind, block, version, data);
        stagedBlocks[staged] = block;
        stagedVersions[staged] = version;
        staged++;
    }

    /** Stages the state that counts from now on. */
    void stageState(VolumeState next) throws IOException {
        recordedState = next;
        stageState();
    }

    /** Stages the state anew. */
    void stageState() throws IOException {
        log.append(RecordKind.STATE, Versions.encodeState(recordedState), lastVersion, null);
    }

    /** Writes what is staged and then shows it in the map. */
    private void commit() throws IOException {
        log.commit();
        for (int i = 0; i < staged; i++) {
            point(stagedBlocks[i], stagedVersions[i], stagedLocations[i]);
        }
        staged = 0;
    }

    /** The segment to clean next. */
    OptionalInt victim() {
        head.lock();
        try {
            return log.victim();
        } finally {
            head.unlock();
        }
    }

    /** Some staging. */
    @FunctionalInterface
    interface Staging {
        void stage() throws IOException;
    }

    /** Runs {@code staging} and commits under {@link #head}; where either fails, nothing stays staged. */
    void change(Staging staging) throws IOException {
        head.lock();
        try {
            staging.stage();
            commit();
        } finally {
            staged = 0;
            log.dropStaged();
            publishedVersion = lastVersion;
            head.unlock();
        }
    }

    private long nextVersion() {
        lastVersion++;
        return lastVersion;
    }

    /** Notes newer versions of blocks, whose content is elsewhere. */
    void stageChanges(Changes changes, BitSet unconfirmed) throws IOException {
        for (int i = 0; i < changes.blocks().length; i++) {
            long block = changes.blocks()[i];
            long version = changes.versions()[i];
            if (block < 0 || block >= map.blocks() || version <= 0) {
                throw new IOException("the source names block %d with version %d, but the volume has %d blocks"
                        .formatted(block, version, map.blocks()));
            }
            boolean differs = unconfirmed == null ? version > map.version(block) : version != map.version(block);
            if (differs) {
                stage(RecordKind.ABSENT, block, version, null);
            }
            if (unconfirmed != null) {
                unconfirmed.clear((int) block);
            }
        }
    }

    /** The blocks that have a version here. */
    BitSet versioned() {
        BitSet blocks = new BitSet();
        for (long block = map.skipOlderPages(0, 0); block < map.blocks(); ) {
            if (map.version(block) != 0) {
                blocks.set((int) block);
            }
            block++;
            if (block % BlockMap.PAGE_BLOCKS == 0) {
                block = map.skipOlderPages(block, 0);
            }
        }
        return blocks;
    }

    /** The copy ends with {@code first} and goes on from the last version here. */
    void copyLog(VolumeState first, BlockLog.Copier copier) throws IOException {
        change(() -> copier.copy(log, Versions.encodeState(first), lastVersion));
    }

    /** Puts blocks back to the base image. */
    void stageBase(BitSet blocks) throws IOException {
        for (int block = blocks.nextSetBit(0); block >= 0; block = blocks.nextSetBit(block + 1)) {
            stage(RecordKind.BASE, block, 0, null);
        }
    }

    @Override
    public void close() {
        log.close();
    }

    /** Takes the blocks of a run; a record of another block is damage. */
    private static final class RunReader implements BlockLog.Reader {
        private final ByteBuffer target;
        private long block;
        private int within;

        RunReader(long block, int within, ByteBuffer target) {
            this.block = block;
            this.within = within;
            this.target = target;
        }

        @Override
        public void record(RecordHeader header, ByteBuffer data) {
            if (header.block() != block) {
                throw new IllegalStateException(
                        "the map's place of block %d holds block %d".formatted(block, header.block()));
            }
            int length = Math.min(Volume.BLOCK_BYTES - within, target.remaining());
            target.put(data.slice(within, length));
            block++;
            within = 0;
        }
    }
}
