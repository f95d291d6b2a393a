package io.supercloud.image.internal.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The head of each record of the log; layout in the package's document.
 *
 * @param block the block's number; in a {@link RecordKind#STATE} record the state
 * @param version the block's version; in a STATE record the highest version given so far
 * @param dataBytes how many bytes follow: {@link BlockLog#BLOCK_BYTES} for DATA, otherwise 0
 * @param forcedBytes how much of this segment was durable when the record was written
 * @param dataChecksum CRC32C of the bytes that follow
 */
public record RecordHeader(
        RecordKind kind, long block, long version, int dataBytes, int forcedBytes, int dataChecksum) {
    public static final int BYTES = 40;
    static final int MAGIC = 0x53434c47;
    private static final int CHECKED_BYTES = BYTES - Integer.BYTES;

    int recordBytes() {
        return BYTES + dataBytes;
    }

    void write(ByteBuffer target) {
        int start = target.position();
        target.putInt(MAGIC)
                .putInt(kind.code())
                .putLong(block)
                .putLong(version)
                .putInt(dataBytes)
                .putInt(forcedBytes)
                .putInt(dataChecksum)
                .putInt(checksum(target, start, CHECKED_BYTES));
    }

    /** The header at {@code at}, or null where there is no sound one. */
    static RecordHeader read(ByteBuffer source, int at) {
        if (source.limit() - at < BYTES
                || source.getInt(at) != MAGIC
                || source.getInt(at + CHECKED_BYTES) != checksum(source, at, CHECKED_BYTES)) {
            return null;
        }
        RecordKind kind = RecordKind.of(source.getInt(at + 4));
        int dataBytes = source.getInt(at + 24);
        if (kind == null || dataBytes != (kind == RecordKind.DATA ? BlockLog.BLOCK_BYTES : 0)) {
            return null;
        }
        return new RecordHeader(
                kind,
                source.getLong(at + 8),
                source.getLong(at + 16),
                dataBytes,
                source.getInt(at + 28),
                source.getInt(at + 32));
    }

    /** Whether the bytes after the header at {@code at} are all there and as they were written. */
    boolean dataIsSound(ByteBuffer source, int at) {
        return source.limit() - at >= recordBytes() && checksum(source, at + BYTES, dataBytes) == dataChecksum;
    }

    /** Whether {@code data}, null for none, is as it was written. */
    boolean isSound(ByteBuffer data) {
        return data == null || checksum(data, 0, data.limit()) == dataChecksum;
    }

    static int checksum(ByteBuffer buffer, int start, int length) {
        CRC32C checksum = new CRC32C();
        checksum.update(buffer.slice(start, length));
        return (int) checksum.getValue();
    }
}
