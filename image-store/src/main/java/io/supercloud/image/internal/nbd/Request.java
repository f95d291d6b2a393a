package io.supercloud.image.internal.nbd;

import io.netty.buffer.ByteBuf;

/**
 * The head of a request: {@code u32 magic, u16 flags, u16 type, u64 cookie, u64 offset, u32 length}.
 *
 * @param cookie the client's name for the request, returned in the reply
 * @param length in bytes, unsigned on the wire
 */
record Request(int flags, int type, long cookie, long offset, long length) {
    static final int BYTES = 28;

    /** The next request's head, or null where it is not all there yet. */
    static Request read(ByteBuf in) {
        if (in.readableBytes() < BYTES) {
            return null;
        }
        int magic = in.readInt();
        if (magic != Nbd.REQUEST_MAGIC) {
            throw new NbdProtocolException("a request begins with the wrong magic %x".formatted(magic));
        }
        return new Request(
                in.readUnsignedShort(), in.readUnsignedShort(), in.readLong(), in.readLong(), in.readUnsignedInt());
    }

    void write(ByteBuf out) {
        out.writeInt(Nbd.REQUEST_MAGIC)
                .writeShort(flags)
                .writeShort(type)
                .writeLong(cookie)
                .writeLong(offset)
                .writeInt((int) length);
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** How many bytes follow the head. */
    long payloadBytes() {
        return type == Nbd.CMD_WRITE ? length : 0;
    }

    /** How many bytes of memory the request takes until it is answered. */
    long memoryBytes() {
        return type == Nbd.CMD_WRITE || type == Nbd.CMD_READ ? length : 0;
    }
}
