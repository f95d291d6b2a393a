package io.supercloud.image.internal.volume;

import io.supercloud.image.VolumeState;
import io.supercloud.image.internal.journal.Batch;
import io.supercloud.image.internal.journal.JournalFeed;
import io.supercloud.image.internal.log.BlockLog;
import io.supercloud.image.internal.log.CorruptRecordException;
import io.supercloud.image.internal.log.Location;
import io.supercloud.image.internal.log.LogRecord;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/**
 * The log of a replicated volume: what an owner writes also goes to the journal, and is durable when it is there. The log on this host
 * then is a cache that survives the death of the process; it is forced for states, and in the background.
 *
 * <p>An owner's writes are told by their versions, which grow: content that is fetched, mended or moved within the log has an older one.
 */
final class JournaledLog implements BlockLog {
    private final BlockLog here;
    private final JournalFeed feed;
    private final Batch batch = new Batch();
    /** The content that was staged last, and its location. */
    private ByteBuffer content = ByteBuffer.allocate(0);

    private long contentLocation;
    /** Writes have higher versions than this. */
    private long floor;

    private boolean open;
    private VolumeState stagedState;
    private volatile boolean stateUnforced;

    JournaledLog(BlockLog here, JournalFeed feed) {
        this.here = here;
        this.feed = feed;
    }

    JournalFeed feed() {
        return feed;
    }

    @Override
    public void replay(Visitor visitor) throws IOException {
        here.replay((record, location) -> {
            floor = Math.max(floor, record.version());
            open = record.kind() == RecordKind.STATE ? isOpen(record) : open;
            visitor.record(record, location);
        });
    }

    private static boolean isOpen(LogRecord state) throws IOException {
        return state.block() != 0 && Versions.decodeState(state.block()) instanceof VolumeState.Open;
    }

    /** A volume that was open before this process began goes on as such; what it writes has higher versions than {@code last}. */
    void resume(long epoch, long last) {
        floor = Math.max(floor, last);
        feed.begin(epoch);
    }

    @Override
    public long stageContent(ByteBuffer blocks) throws IOException {
        ByteBuffer kept = blocks.slice();
        contentLocation = here.stageContent(blocks);
        content = kept;
        return contentLocation;
    }

    @Override
    public long stage(LogRecord record, long place) throws IOException {
        long location = here.stage(record, place);
        if (record.kind() == RecordKind.STATE) {
            stagedState = record.block() == 0 ? null : Versions.decodeState(record.block());
            floor = Math.max(floor, record.version());
        } else if (open && record.version() > floor) {
            floor = record.version();
            addToBatch(record, place);
        }
        return location;
    }

    private void addToBatch(LogRecord record, long place) {
        if (record.kind() == RecordKind.DATA) {
            int slot = (int) (Location.position(place) - Location.position(contentLocation));
            batch.add(record, content.slice(slot * BLOCK_BYTES, BLOCK_BYTES));
        } else {
            batch.add(record);
        }
    }

    @Override
    public void commit() throws IOException {
        if (!batch.isEmpty()) {
            if (!feed.isBegun()) {
                throw new IOException("the volume is not open for writes in this process: open it at its epoch first");
            }
            feed.awaitSpace(batch.bytes());
        }
        here.commit();
        if (!batch.isEmpty()) {
            feed.append(batch, 0);
            batch.clear();
        }
        if (stagedState != null) {
            enter(stagedState);
            stagedState = null;
        }
    }

    private void enter(VolumeState state) {
        stateUnforced = true;
        open = state instanceof VolumeState.Open;
        if (open) {
            feed.begin(state.epoch());
        }
    }

    @Override
    public void dropStaged() {
        batch.clear();
        stagedState = null;
        here.dropStaged();
    }

    @Override
    public void force() throws IOException {
        if (stateUnforced || !feed.isBegun()) {
            stateUnforced = false;
            here.force();
        }
        if (open || !feed.isOver()) {
            feed.flush();
        }
    }

    @Override
    public void forceHere() throws IOException {
        here.force();
    }

    @Override
    public BlockLog here() {
        return here;
    }

    @Override
    public boolean read(long location, ByteBuffer target) throws IOException {
        return here.read(location, target);
    }

    @Override
    public boolean readNow(long location, ByteBuffer target) {
        return here.readNow(location, target);
    }

    @Override
    public CorruptRecordException damage(long location) {
        return here.damage(location);
    }

    @Override
    public void live(long location) {
        here.live(location);
    }

    @Override
    public void dead(long location) {
        here.dead(location);
    }

    @Override
    public void forceEagerly() {
        here.forceEagerly();
    }

    @Override
    public long deadBytes() {
        return here.deadBytes();
    }

    @Override
    public void release() {
        here.release();
    }

    @Override
    public boolean needsCleaning() {
        return here.needsCleaning();
    }

    @Override
    public OptionalInt victim() {
        return here.victim();
    }

    @Override
    public void visit(int segment, Visitor visitor) throws IOException {
        here.visit(segment, visitor);
    }

    @Override
    public void keep(int segment) {
        here.keep(segment);
    }

    @Override
    public long bytes() {
        return here.bytes();
    }

    @Override
    public long liveBytes() {
        return here.liveBytes();
    }

    @Override
    public void close() {
        feed.close();
        here.close();
    }
}
