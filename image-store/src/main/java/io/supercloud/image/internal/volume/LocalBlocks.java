package io.supercloud.image.internal.volume;

import io.supercloud.image.Changes;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeState;
import io.supercloud.image.internal.crypt.BlockCipher;
import io.supercloud.image.internal.crypt.Secrecy;
import io.supercloud.image.internal.log.BlockLog;
import io.supercloud.image.internal.log.Checksum;
import io.supercloud.image.internal.log.Location;
import io.supercloud.image.internal.log.LogRecord;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.OptionalInt;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What of a volume is on this host: log, map and base image. Methods named {@code stage...} are to be called
 * from within {@link #change}.
 */
final class LocalBlocks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LocalBlocks.class);

    /** Orders all changes of log and map. Never held while waiting for another host. */
    private final ReentrantLock head = new ReentrantLock();

    private final BlockLog log;
    private final BlockMap map;
    private final BlockReader reader;
    private final BaseImage base;
    private final Secrecy secrecy;
    private final LogRecord[] stagedRecords = new LogRecord[BlockLog.MAX_STAGED];
    private final long[] stagedLocations = new long[BlockLog.MAX_STAGED];
    private int staged;
    /** The highest version given; some may still be staged. */
    private long lastVersion;
    /** All versions up to this one are in the map, or were dropped. */
    private volatile long publishedVersion;

    LocalBlocks(BlockLog log, BaseImage base, long sizeBytes, Secrecy secrecy, MapMemory memory) {
        this.log = log;
        this.base = base;
        this.map = new BlockMap(sizeBytes / Volume.BLOCK_BYTES, memory);
        this.secrecy = secrecy;
        this.reader = new BlockReader(log, map, base, head, secrecy);
    }

    BlockMap map() {
        return map;
    }

    BlockLog log() {
        return log;
    }

    BaseImage base() {
        return base;
    }

    /** How many blocks are not here, of the volume and of its image. */
    long missing() {
        return map.absent() + base.missingBlocks();
    }

    BlockReader reader() {
        return reader;
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
        VolumeState[] recorded = {null};
        log.replay((record, location) -> {
            lastVersion = Math.max(lastVersion, record.version());
            switch (record.kind()) {
                case STATE -> recorded[0] = record.block() == 0 ? null : Versions.decodeState(record.block());
                case FORCED -> {}
                case DATA, ZERO, ABSENT, BASE -> replay(record, location);
            }
        });
        publishedVersion = lastVersion;
        return recorded[0];
    }

    private void replay(LogRecord record, long location) throws IOException {
        if (record.block() >= map.blocks()) {
            throw new IOException("the log has a record of block %d, but the volume has %d blocks"
                    .formatted(record.block(), map.blocks()));
        }
        map.reserve(record.block());
        point(record, location);
    }

    private void point(LogRecord record, long location) {
        log.live(location);
        long former = map.put(record.block(), record.version(), location, record.checksum());
        if (former != Location.NONE) {
            log.dead(former);
        }
    }

    /** Whether the block reads as zeroes without taking space. */
    boolean isHole(long block) {
        return switch (map.kind(block)) {
            case ZERO -> true;
            case BASE -> base.isHole(block * Volume.BLOCK_BYTES, Volume.BLOCK_BYTES);
            case DATA, ABSENT, STATE, FORCED -> false;
        };
    }

    /** Stages a write of {@code part}, which is within one block, as the next version. */
    void stagePart(long block, int within, ByteBuffer part) throws IOException {
        ByteBuffer merged = ByteBuffer.allocate(Volume.BLOCK_BYTES);
        if (!reader.read(block * Volume.BLOCK_BYTES, merged)) {
            throw new IOException("block %d, of which a part is written, is not on this host".formatted(block));
        }
        merged.position(within).put(part).rewind();
        stageBlocks(block, merged, Checksum.ofBlocks(merged));
    }

    /** Whether {@link #stageBlocks} needs no checksums, because what it stores is other than what it is given. */
    boolean encrypts() {
        return secrecy.isOn();
    }

    /** As they are stored with the versions that come next. */
    private ByteBuffer encrypted(long first, ByteBuffer content) throws IOException {
        BlockCipher cipher = secrecy.cipher();
        ByteBuffer stored = ByteBuffer.allocateDirect(content.remaining())
                .put(content.duplicate())
                .flip();
        for (int i = 0; i * Volume.BLOCK_BYTES < stored.limit(); i++) {
            cipher.encrypt(first + i, lastVersion + 1 + i, stored, i * Volume.BLOCK_BYTES);
        }
        return stored;
    }

    /** Stages a write of whole blocks, at most {@link BlockLog#MAX_STAGED}, each as the next version. */
    void stageBlocks(long first, ByteBuffer plain, int[] checksumsOfPlain) throws IOException {
        int count = plain.remaining() / Volume.BLOCK_BYTES;
        if (staged + count > BlockLog.MAX_STAGED) {
            commit();
        }
        ByteBuffer content = secrecy.isOn() ? encrypted(first, plain) : plain;
        int[] checksums = secrecy.isOn() ? Checksum.ofBlocks(content) : checksumsOfPlain;
        long location = log.stageContent(content);
        for (int i = 0; i < checksums.length; i++) {
            LogRecord record = new LogRecord(RecordKind.DATA, first + i, nextVersion(), checksums[i]);
            note(record, log.stage(record, Location.following(location, i)));
        }
    }

    /** Stages content that has its version already. */
    void stageContent(long block, long version, ByteBuffer content) throws IOException {
        if (staged == BlockLog.MAX_STAGED) {
            commit();
        }
        LogRecord record =
                new LogRecord(RecordKind.DATA, block, version, Checksum.ofBlock(content, content.position()));
        note(record, log.stage(record, log.stageContent(content)));
    }

    void stageZero(long block) throws IOException {
        if (!isHole(block)) {
            stage(RecordKind.ZERO, block, nextVersion());
        }
    }

    /** Stages a record without content. */
    void stage(RecordKind kind, long block, long version) throws IOException {
        if (staged == BlockLog.MAX_STAGED) {
            commit();
        }
        LogRecord record = LogRecord.of(kind, block, version);
        note(record, log.stage(record, Location.NONE));
    }

    private void note(LogRecord record, long location) throws IOException {
        map.reserve(record.block());
        stagedRecords[staged] = record;
        stagedLocations[staged] = location;
        staged++;
    }

    /** Stages the state that counts from now on. */
    void stageState(VolumeState next) throws IOException {
        log.stage(stateRecord(next), Location.NONE);
    }

    private LogRecord stateRecord(VolumeState state) {
        return LogRecord.of(RecordKind.STATE, Versions.encodeState(state), lastVersion);
    }

    /** Writes what is staged and then shows it in the map. */
    private void commit() throws IOException {
        log.commit();
        for (int i = 0; i < staged; i++) {
            point(stagedRecords[i], stagedLocations[i]);
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

    /** Runs something in the order of the changes. */
    void ordered(Runnable action) {
        head.lock();
        try {
            action.run();
        } finally {
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
                stage(RecordKind.ABSENT, block, version);
            }
            if (unconfirmed != null) {
                unconfirmed.clear((int) block);
            }
        }
    }

    /** Whether a block has a later version than this one. */
    boolean hasNewer(long version) {
        for (long block = map.skipOlderPages(0, version); block < map.blocks(); ) {
            if (map.version(block) > version) {
                return true;
            }
            block++;
            block = block % BlockMap.PAGE_BLOCKS == 0 ? map.skipOlderPages(block, version) : block;
        }
        return false;
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
        change(() -> copier.copy(log.here(), stateRecord(first)));
    }

    /** Puts blocks back to the base image. */
    void stageBase(BitSet blocks) throws IOException {
        for (int block = blocks.nextSetBit(0); block >= 0; block = blocks.nextSetBit(block + 1)) {
            stage(RecordKind.BASE, block, 0);
        }
    }

    @Override
    public void close() {
        log.close();
        try {
            map.close();
        } catch (IOException e) {
            LOG.warn("The file of a map could not be closed", e);
        }
    }
}
