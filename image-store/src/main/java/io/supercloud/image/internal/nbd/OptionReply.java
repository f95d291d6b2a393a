package io.supercloud.image.internal.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/** An answer to an option: {@code u64 magic, u32 option, u32 type, u32 length, data}. */
@SuppressWarnings("ArrayRecordComponent")
record OptionReply(int option, int type, byte[] data) {
    private static final int HEADER_BYTES = 20;
    private static final byte[] NOTHING = {};

    static OptionReply of(int option, int type) {
        return new OptionReply(option, type, NOTHING);
    }

    /** The next reply, or null where it is not all there yet. */
    static OptionReply read(ByteBuf in) {
        if (in.readableBytes() < HEADER_BYTES) {
            return null;
        }
        int start = in.readerIndex();
        int length = in.getInt(start + 16);
        if (in.getLong(start) != Nbd.OPTION_REPLY_MAGIC || length < 0 || length > Option.MAX_DATA_BYTES) {
            throw new NbdProtocolException("a reply to an option is malformed");
        }
        if (in.readableBytes() < HEADER_BYTES + length) {
            return null;
        }
        byte[] data = ByteBufUtil.getBytes(in, start + HEADER_BYTES, length);
        OptionReply reply = new OptionReply(in.getInt(start + 8), in.getInt(start + 12), data);
        in.skipBytes(HEADER_BYTES + length);
        return reply;
    }

    void write(ByteBuf out) {
        out.writeLong(Nbd.OPTION_REPLY_MAGIC)
                .writeInt(option)
                .writeInt(type)
                .writeInt(data.length)
                .writeBytes(data);
    }
}
