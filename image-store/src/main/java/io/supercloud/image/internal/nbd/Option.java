package io.supercloud.image.internal.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** An option that a client haggles for: {@code u64 IHAVEOPT, u32 option, u32 length, data}. */
@SuppressWarnings("ArrayRecordComponent")
record Option(int number, byte[] data) {
    /** The longest export name is 4096 bytes; 16 KiB leaves room for a list of contexts. */
    static final int MAX_DATA_BYTES = 16 * 1024;

    static final int HEADER_BYTES = 16;

    /** The next option, or null where it is not all there yet. */
    static Option read(ByteBuf in) {
        if (in.readableBytes() < HEADER_BYTES) {
            return null;
        }
        int start = in.readerIndex();
        int length = in.getInt(start + 12);
        if (in.getLong(start) != Nbd.IHAVEOPT) {
            throw new NbdProtocolException("an option begins with the wrong magic %x".formatted(in.getLong(start)));
        }
        if (length < 0 || length > MAX_DATA_BYTES) {
            throw new NbdProtocolException("an option of %d bytes is longer than %d"
                    .formatted(Integer.toUnsignedLong(length), MAX_DATA_BYTES));
        }
        if (in.readableBytes() < HEADER_BYTES + length) {
            return null;
        }
        int number = in.getInt(start + 8);
        byte[] data = ByteBufUtil.getBytes(in, start + HEADER_BYTES, length);
        in.skipBytes(HEADER_BYTES + length);
        return new Option(number, data);
    }

    void write(ByteBuf out) {
        out.writeLong(Nbd.IHAVEOPT).writeInt(number).writeInt(data.length).writeBytes(data);
    }
}
