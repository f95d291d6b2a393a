package io.supercloud.image.internal.volume;

import io.supercloud.image.Volume;
import io.supercloud.image.internal.crypt.BlockCipher;
import io.supercloud.image.internal.crypt.Secrecy;
import io.supercloud.image.internal.log.BlockLog;
import io.supercloud.image.internal.log.Checksum;
import io.supercloud.image.internal.log.Location;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Reads what is on this host, and verifies it. Reads take no lock; one that a write of the same block came in between of finds
 * content and checksum not fitting each other, and looks again under the lock of the writers.
 */
final class BlockReader {
    /** How many blocks are read from the log at once, at most. */
    private static final int MAX_RUN_BLOCKS = 256;

    private final BlockLog log;
    private final BlockMap map;
    private final BaseImage base;
    private final ReentrantLock head;
    private final Secrecy secrecy;

    /** @param head held by whoever changes the map */
    BlockReader(BlockLog log, BlockMap map, BaseImage base, ReentrantLock head, Secrecy secrecy) {
        this.log = log;
        this.map = map;
        this.base = base;
        this.head = head;
        this.secrecy = secrecy;
    }

    /** One block with the version that it has. */
    @SuppressWarnings("ArrayRecordComponent")
    record VersionedBlock(long version, byte[] data) {}

    private record Place(long version, long location, int checksum) {}

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
            long location = map.location(block);
            switch (Location.kind(location)) {
                case ABSENT -> {
                    return false;
                }
                case BASE -> {
                    int before = target.position();
                    if (!base.read(at, part(at, target))) {
                        target.position(before);
                        return false;
                    }
                }
                case ZERO -> Zeroes.fill(part(at, target));
                case DATA -> readContent(block, location, at, target);
                case STATE, FORCED ->
                    throw new IllegalStateException("block %d points at no record of a block".formatted(block));
            }
        }
        return true;
    }

    /** As {@link #read} where all is in memory and sound; otherwise false, and {@code target} is undefined. */
    boolean readNow(long offset, ByteBuffer target) {
        long shift = offset - target.position();
        while (target.hasRemaining()) {
            long at = shift + target.position();
            long block = at / Volume.BLOCK_BYTES;
            long location = map.location(block);
            boolean done = switch (Location.kind(location)) {
                case ABSENT, STATE, FORCED -> false;
                case BASE -> base.readNow(at, part(at, target));
                case ZERO -> {
                    Zeroes.fill(part(at, target));
                    yield true;
                }
                case DATA -> readContentNow(block, location, at, target);
            };
            if (!done) {
                return false;
            }
        }
        return true;
    }

    /** What of {@code target} is within the block at {@code at}; {@code target} is moved past it. */
    private static ByteBuffer part(long at, ByteBuffer target) {
        int length = Math.min(target.remaining(), Volume.BLOCK_BYTES - (int) (at % Volume.BLOCK_BYTES));
        ByteBuffer part = target.slice(target.position(), length);
        target.position(target.position() + length);
        return part;
    }

    private static boolean isWholeBlock(long at, ByteBuffer target) {
        return at % Volume.BLOCK_BYTES == 0 && target.remaining() >= Volume.BLOCK_BYTES;
    }

    private boolean readContentNow(long block, long location, long at, ByteBuffer target) {
        if (!isWholeBlock(at, target) || !secrecy.isAtHand()) {
            return false;
        }
        int count = run(block, location, target);
        ByteBuffer run = target.slice(target.position(), count * Volume.BLOCK_BYTES);
        if (!log.readNow(location, run)
                || sound(block, run.rewind()) < count
                || decryptedNow(block, location, run, count) < count) {
            return false;
        }
        target.position(target.position() + count * Volume.BLOCK_BYTES);
        return true;
    }

    /** Reads one block or more; none where the place is one no more. */
    private void readContent(long block, long location, long at, ByteBuffer target) throws IOException {
        if (!isWholeBlock(at, target)) {
            ByteBuffer whole = ByteBuffer.allocate(Volume.BLOCK_BYTES);
            if (log.read(location, whole)
                    && isSound(block, location, whole.rewind())
                    && decrypted(block, location, whole, 1) == 1) {
                ByteBuffer part = part(at, target);
                part.put(whole.slice((int) (at % Volume.BLOCK_BYTES), part.remaining()));
            }
            return;
        }
        int count = run(block, location, target);
        ByteBuffer run = target.slice(target.position(), count * Volume.BLOCK_BYTES);
        if (!log.read(location, run)) {
            return;
        }
        int sound = sound(block, run.rewind());
        int done = decrypted(block, location, run, sound);
        target.position(target.position() + done * Volume.BLOCK_BYTES);
        if (done == sound && sound < count) {
            isSound(
                    block + sound,
                    Location.following(location, sound),
                    run.slice(sound * Volume.BLOCK_BYTES, Volume.BLOCK_BYTES));
        }
    }

    private int decryptedNow(long block, long location, ByteBuffer run, int count) {
        try {
            return decrypted(block, location, run, count);
        } catch (IOException e) {
            return 0;
        }
    }

    /** Decrypts sound blocks in their place; returns how many there are before one that was written since. */
    private int decrypted(long block, long location, ByteBuffer run, int count) throws IOException {
        if (!secrecy.isOn()) {
            return count;
        }
        BlockCipher cipher = secrecy.cipher();
        for (int i = 0; i < count; i++) {
            Place place = place(block + i);
            if (place.location() != Location.following(location, i)) {
                return i;
            }
            cipher.decrypt(block + i, place.version(), run, i * Volume.BLOCK_BYTES);
        }
        return count;
    }

    /** How many blocks lie one behind the other in the log, as far as {@code target} goes. */
    private int run(long block, long location, ByteBuffer target) {
        int most = Math.min(target.remaining() / Volume.BLOCK_BYTES, MAX_RUN_BLOCKS);
        int count = 1;
        while (count < most && map.location(block + count) == Location.following(location, count)) {
            count++;
        }
        return count;
    }

    /** How many of the blocks are as they were written. */
    private int sound(long block, ByteBuffer run) {
        int count = run.remaining() / Volume.BLOCK_BYTES;
        for (int i = 0; i < count; i++) {
            if (Checksum.ofBlock(run, i * Volume.BLOCK_BYTES) != map.checksum(block + i)) {
                return i;
            }
        }
        return count;
    }

    /** Whether {@code content} is what was written; false where the block was written since. Throws where it is damaged. */
    private boolean isSound(long block, long location, ByteBuffer content) throws IOException {
        Place place = place(block);
        if (place.location() != location) {
            return false;
        }
        if (Checksum.ofBlock(content, 0) != place.checksum()) {
            throw log.damage(location);
        }
        return true;
    }

    private Place place(long block) {
        head.lock();
        try {
            return new Place(map.version(block), map.location(block), map.checksum(block));
        } finally {
            head.unlock();
        }
    }

    /** One block with the version that it has; null where its content is not here. */
    VersionedBlock readVersioned(long block) throws IOException {
        while (true) {
            Place place = place(block);
            switch (Location.kind(place.location())) {
                case ABSENT -> {
                    return null;
                }
                case BASE -> {
                    byte[] data = new byte[Volume.BLOCK_BYTES];
                    boolean here = base.read(block * Volume.BLOCK_BYTES, ByteBuffer.wrap(data));
                    return here ? new VersionedBlock(0, data) : null;
                }
                case ZERO -> {
                    return new VersionedBlock(place.version(), new byte[0]);
                }
                case DATA -> {
                    byte[] data = new byte[Volume.BLOCK_BYTES];
                    if (readAt(place, ByteBuffer.wrap(data))) {
                        return new VersionedBlock(place.version(), data);
                    }
                }
                case STATE, FORCED ->
                    throw new IllegalStateException("block %d points at no record of a block".formatted(block));
            }
        }
    }

    private boolean readAt(Place place, ByteBuffer target) throws IOException {
        if (!log.read(place.location(), target)) {
            return false;
        }
        if (Checksum.ofBlock(target, 0) != place.checksum()) {
            throw log.damage(place.location());
        }
        return true;
    }

    /** The content at a place of the log, which the map need not point at any more; null where it is gone or damaged. */
    ByteBuffer readRecord(long location, int checksum) throws IOException {
        ByteBuffer content = ByteBuffer.allocate(Volume.BLOCK_BYTES);
        boolean there = Location.kind(location) == RecordKind.DATA && log.read(location, content);
        return there && Checksum.ofBlock(content, 0) == checksum ? content.rewind() : null;
    }
}
