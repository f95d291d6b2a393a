package io.supercloud.image.internal.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Walks through the records of whole segments, at the opening of a log and for the cleaner. Not thread-safe. */
final class SegmentScanner {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentScanner.class);
    /** Records begin at multiples of this. */
    private static final int ALIGNMENT_BYTES = 8;

    private final ByteBuffer content = ByteBuffer.allocateDirect(Segment.MAX_BYTES);

    /**
     * Passes the records of a full segment on. Their data is not checked here but at each read.
     *
     * @throws CorruptRecordException where a header is damaged
     */
    void full(Segment segment, BlockLog.Visitor visitor) throws IOException {
        load(segment);
        int at = 0;
        while (at < content.limit()) {
            RecordHeader header = RecordHeader.read(content, at);
            if (header == null || at + header.recordBytes() > content.limit()) {
                throw new CorruptRecordException(segment.path(), at);
            }
            at = pass(segment, header, at, visitor);
        }
    }

    /**
     * Passes the records of the newest segment on and cuts a torn tail off: what was written after the last force may
     * be there in part after a loss of power.
     *
     * @throws CorruptRecordException where a header is damaged that was durable
     */
    void last(Segment segment, BlockLog.Visitor visitor) throws IOException {
        load(segment);
        int at = 0;
        while (at < content.limit()) {
            RecordHeader header = RecordHeader.read(content, at);
            boolean whole = header != null && at + header.recordBytes() <= content.limit();
            if (!whole || !header.dataIsSound(content, at)) {
                if (forcedBytesAfter(at) <= at) {
                    cut(segment, at);
                    return;
                }
                if (!whole) {
                    throw new CorruptRecordException(segment.path(), at);
                }
            }
            at = pass(segment, header, at, visitor);
        }
    }

    private void load(Segment segment) throws IOException {
        content.clear().limit(Math.min(segment.tail(), content.capacity()));
        segment.read(0, content);
        content.flip();
    }

    private int pass(Segment segment, RecordHeader header, int at, BlockLog.Visitor visitor) throws IOException {
        ByteBuffer data = header.dataBytes() == 0 ? null : content.slice(at + RecordHeader.BYTES, header.dataBytes());
        visitor.record(header, Location.of(header.kind(), segment.number(), at), data);
        return at + header.recordBytes();
    }

    /** The highest durable length that a sound record behind {@code at} vouches for. */
    private int forcedBytesAfter(int at) {
        int forced = 0;
        for (int i = at + ALIGNMENT_BYTES; i <= content.limit() - RecordHeader.BYTES; i += ALIGNMENT_BYTES) {
            if (content.getInt(i) == RecordHeader.MAGIC) {
                RecordHeader header = RecordHeader.read(content, i);
                forced = header == null ? forced : Math.max(forced, header.forcedBytes());
            }
        }
        return forced;
    }

    private void cut(Segment segment, int at) throws IOException {
        LOG.warn(
                "Segment {} ends in a torn record: {} bytes that were never flushed are cut off at offset {}",
                segment.path(),
                segment.tail() - at,
                at);
        segment.truncate(at);
    }
}
