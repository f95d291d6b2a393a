package io.supercloud.image.internal.nbd;

import io.netty.buffer.ByteBuf;
import io.supercloud.image.Extent;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Writes replies, simple or in one structured chunk, as the client negotiated. */
final class Reply {
    static final int SIMPLE_HEADER_BYTES = 16;
    static final int CHUNK_HEADER_BYTES = 20;
    private static final int EXTENT_BYTES = 8;
    private static final int MAX_MESSAGE_BYTES = 1024;

    private Reply() {}

    static void done(ByteBuf out, boolean structured, long cookie) {
        if (structured) {
            chunk(out, Nbd.REPLY_NONE, cookie, 0);
        } else {
            simple(out, 0, cookie);
        }
    }

    static void error(ByteBuf out, boolean structured, long cookie, int error, String message) {
        if (!structured) {
            simple(out, error, cookie);
            return;
        }
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MAX_MESSAGE_BYTES);
        chunk(out, Nbd.REPLY_ERROR, cookie, Integer.BYTES + Short.BYTES + length);
        out.writeInt(error).writeShort(length).writeBytes(text, 0, length);
    }

    /** What goes before {@code length} bytes of read data. */
    static void dataHead(ByteBuf out, boolean structured, long cookie, long offset, int length) {
        if (structured) {
            chunk(out, Nbd.REPLY_OFFSET_DATA, cookie, Long.BYTES + length);
            out.writeLong(offset);
        } else {
            simple(out, 0, cookie);
        }
    }

    static int dataHeadBytes(boolean structured) {
        return structured ? CHUNK_HEADER_BYTES + Long.BYTES : SIMPLE_HEADER_BYTES;
    }

    static void blockStatus(ByteBuf out, long cookie, int context, List<Extent> extents) {
        chunk(out, Nbd.REPLY_BLOCK_STATUS, cookie, Integer.BYTES + extents.size() * EXTENT_BYTES);
        out.writeInt(context);
        for (Extent extent : extents) {
            out.writeInt((int) extent.lengthBytes()).writeInt(extent.hole() ? Nbd.STATE_HOLE_AND_ZERO : 0);
        }
    }

    private static void simple(ByteBuf out, int error, long cookie) {
        out.writeInt(Nbd.SIMPLE_REPLY_MAGIC).writeInt(error).writeLong(cookie);
    }

    private static void chunk(ByteBuf out, int type, long cookie, int length) {
        out.writeInt(Nbd.STRUCTURED_REPLY_MAGIC)
                .writeShort(Nbd.REPLY_FLAG_DONE)
                .writeShort(type)
                .writeLong(cookie)
                .writeInt(length);
    }
}
