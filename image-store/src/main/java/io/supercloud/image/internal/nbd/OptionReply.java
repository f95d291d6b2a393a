package io.supercloud.image.internal.nbd;

import java.nio.ByteBuffer;

/** An answer to an option: {@code u64 magic, u32 option, u32 type, u32 length, data}. */
@SuppressWarnings("ArrayRecordComponent")
record OptionReply(int option, int type, byte[] data) {
    private static final int HEADER_BYTES = 20;
    private static final byte[] NOTHING = {};

    static OptionReply of(int option, int type) {
        return new OptionReply(option, type, NOTHING);
    }

    /** The next reply, or null where it is not all there yet. */
    static OptionReply read(ByteBuffer in) {
        if (in.remaining() < HEADER_BYTES) {
            return null;
        }
        int start = in.position();
        int length = in.getInt(start + 16);
        if (in.getLong(start) != Nbd.OPTION_REPLY_MAGIC || length < 0 || length > Option.MAX_DATA_BYTES) {
            throw new NbdProtocolException("a reply to an option is malformed");
        }
        if (in.remaining() < HEADER_BYTES + length) {
            return null;
        }
        byte[] data = new byte[length];
        in.position(start + HEADER_BYTES).get(data);
        return new OptionReply(in.getInt(start + 8), in.getInt(start + 12), data);
    }

    void write(ByteBuffer out) {
        out.putLong(Nbd.OPTION_REPLY_MAGIC)
                .putInt(option)
                .putInt(type)
                .putInt(data.length)
                .put(data);
    }
}
