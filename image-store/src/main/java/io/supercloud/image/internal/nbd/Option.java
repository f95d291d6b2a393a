package io.supercloud.image.internal.nbd;

import java.nio.ByteBuffer;

/** An option that a client haggles for: {@code u64 IHAVEOPT, u32 option, u32 length, data}. */
@SuppressWarnings("ArrayRecordComponent")
record Option(int number, byte[] data) {
    /** The longest export name is 4096 bytes; 16 KiB leaves room for a list of contexts. */
    static final int MAX_DATA_BYTES = 16 * 1024;

    static final int HEADER_BYTES = 16;

    /** The next option, or null where it is not all there yet. */
    static Option read(ByteBuffer in) {
        if (in.remaining() < HEADER_BYTES) {
            return null;
        }
        int start = in.position();
        int length = in.getInt(start + 12);
        if (in.getLong(start) != Nbd.IHAVEOPT) {
            throw new NbdProtocolException("an option begins with the wrong magic %x".formatted(in.getLong(start)));
        }
        if (length < 0 || length > MAX_DATA_BYTES) {
            throw new NbdProtocolException("an option of %d bytes is longer than %d"
                    .formatted(Integer.toUnsignedLong(length), MAX_DATA_BYTES));
        }
        if (in.remaining() < HEADER_BYTES + length) {
            return null;
        }
        int number = in.getInt(start + 8);
        byte[] data = new byte[length];
        in.position(start + HEADER_BYTES).get(data);
        return new Option(number, data);
    }

    void write(ByteBuffer out) {
        out.putLong(Nbd.IHAVEOPT).putInt(number).putInt(data.length).put(data);
    }
}
