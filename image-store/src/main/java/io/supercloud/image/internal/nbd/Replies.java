package io.supercloud.image.internal.nbd;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.BlockIoException;
import io.supercloud.image.Extent;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes replies: simple ones or structured chunks.
 *
 * @param structured whether the client negotiated structured replies
 */
record Replies(boolean structured) {
    static final int SIMPLE_HEADER_BYTES = 16;
    static final int CHUNK_HEADER_BYTES = 20;
    /** No reply without data is longer. */
    static final int MAX_BYTES = 16 * 1024;
    /** What fits one reply. */
    static final int MAX_EXTENTS = 1024;

    private static final int MAX_MESSAGE_BYTES = 1024;
    private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

    void done(ByteBuffer out, long cookie) {
        if (structured) {
            chunk(out, Nbd.REPLY_FLAG_DONE, Nbd.REPLY_NONE, cookie, 0);
        } else {
            simple(out, 0, cookie);
        }
    }

    void error(ByteBuffer out, long cookie, int error, String message) {
        if (!structured) {
            simple(out, error, cookie);
            return;
        }
        byte[] text = message.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(text.length, MAX_MESSAGE_BYTES);
        chunk(out, Nbd.REPLY_FLAG_DONE, Nbd.REPLY_ERROR, cookie, Integer.BYTES + Short.BYTES + length);
        out.putInt(error).putShort((short) length).put(text, 0, length);
    }

    /** Says that {@code request} ended with {@code failure}. */
    void failure(ByteBuffer out, Request request, RuntimeException failure) {
        switch (failure) {
            case BlockIoException refused -> {
                LOG.debug("A request to an NBD export failed", refused);
                error(out, request.cookie(), errorOf(refused.reason()), refused.getMessage());
            }
            case InvalidValueException invalid -> {
                int error = request.type() == Nbd.CMD_WRITE ? Nbd.ENOSPC : Nbd.EINVAL;
                error(out, request.cookie(), error, invalid.getMessage());
            }
            default -> {
                LOG.error("A request to an NBD export failed in an unforeseen way: {}", request, failure);
                error(out, request.cookie(), Nbd.EIO, "the server failed");
            }
        }
    }

    private static int errorOf(BlockIoException.Reason reason) {
        return switch (reason) {
            case NOT_PERMITTED -> Nbd.EPERM;
            case OUT_OF_SPACE -> Nbd.ENOSPC;
            case FAILED -> Nbd.EIO;
        };
    }

    /** Whether a long read may be answered in several chunks. */
    boolean inPieces(Request read) {
        return structured && !read.has(Nbd.CMD_FLAG_DF);
    }

    /** What goes before the first {@code length} bytes of the data that {@code read} asks for. */
    void dataHead(ByteBuffer out, Request read, int length) {
        if (structured) {
            int flags = length == read.length() ? Nbd.REPLY_FLAG_DONE : 0;
            chunk(out, flags, Nbd.REPLY_OFFSET_DATA, read.cookie(), Long.BYTES + length);
            out.putLong(read.offset());
        } else {
            simple(out, 0, read.cookie());
        }
    }

    int dataHeadBytes() {
        return structured ? CHUNK_HEADER_BYTES + Long.BYTES : SIMPLE_HEADER_BYTES;
    }

    static void blockStatus(ByteBuffer out, long cookie, int context, List<Extent> extents) {
        int length = Integer.BYTES + extents.size() * 2 * Integer.BYTES;
        chunk(out, Nbd.REPLY_FLAG_DONE, Nbd.REPLY_BLOCK_STATUS, cookie, length);
        out.putInt(context);
        for (Extent extent : extents) {
            out.putInt((int) extent.lengthBytes()).putInt(extent.hole() ? Nbd.STATE_HOLE_AND_ZERO : 0);
        }
    }

    private static void simple(ByteBuffer out, int error, long cookie) {
        out.putInt(Nbd.SIMPLE_REPLY_MAGIC).putInt(error).putLong(cookie);
    }

    private static void chunk(ByteBuffer out, int flags, int type, long cookie, int length) {
        out.putInt(Nbd.STRUCTURED_REPLY_MAGIC)
                .putShort((short) flags)
                .putShort((short) type)
                .putLong(cookie)
                .putInt(length);
    }
}
