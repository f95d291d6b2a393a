package io.supercloud.image.internal.nbd;

import java.nio.ByteBuffer;

/**
 * The head of a request: {@code u32 magic, u16 flags, u16 type, u64 cookie, u64 offset, u32 length}.
 *
 * @param cookie the client's name for the request, returned in the reply
 * @param length in bytes, unsigned on the wire
 */
record Request(int flags, int type, long cookie, long offset, long length) {
    static final int BYTES = 28;

    /** The next request's head, which is all there. */
    static Request read(ByteBuffer in) {
        int magic = in.getInt();
        if (magic != Nbd.REQUEST_MAGIC) {
            throw new NbdProtocolException("a request begins with the wrong magic %x".formatted(magic));
        }
        return new Request(
                Short.toUnsignedInt(in.getShort()),
                Short.toUnsignedInt(in.getShort()),
                in.getLong(),
                in.getLong(),
                Integer.toUnsignedLong(in.getInt()));
    }

    void write(ByteBuffer out) {
        out.putInt(Nbd.REQUEST_MAGIC)
                .putShort((short) flags)
                .putShort((short) type)
                .putLong(cookie)
                .putLong(offset)
                .putInt((int) length);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Whether the command exists and has only flags that mean something to it; FUA is harmless to all. */
    boolean isKnown() {
        int allowed = Nbd.CMD_FLAG_FUA
                | switch (type) {
                    case Nbd.CMD_READ -> Nbd.CMD_FLAG_DF;
                    case Nbd.CMD_WRITE_ZEROES -> Nbd.CMD_FLAG_NO_HOLE | Nbd.CMD_FLAG_FAST_ZERO;
                    case Nbd.CMD_BLOCK_STATUS -> Nbd.CMD_FLAG_REQ_ONE;
                    default -> 0;
                };
        return type >= Nbd.CMD_READ && type <= Nbd.CMD_BLOCK_STATUS && (flags & ~allowed) == 0;
    }

    /** The rest of a request whose first {@code bytes} are done. */
    Request without(int bytes) {
        return new Request(flags, type, cookie, offset + bytes, length - bytes);
    }

    /** Another request that is answered in the place of this one. */
    Request as(int otherType) {
        return new Request(flags, otherType, cookie, offset, length);
    }

    /** How many bytes of memory the request takes until it is answered. */
    long memoryBytes() {
        return type == Nbd.CMD_WRITE || type == Nbd.CMD_READ ? length : 0;
    }
}
