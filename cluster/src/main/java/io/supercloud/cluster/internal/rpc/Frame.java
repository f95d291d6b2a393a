package io.supercloud.cluster.internal.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A frame without its length; see the package for the layout. */
public sealed interface Frame {
    int MAX_FRAME_BYTES = 4 * 1024 * 1024;
    int LENGTH_BYTES = 4;
    int VERSION = 1;

    int MAGIC = 0x53435250;
    int CALL_BYTES = 1 + Long.BYTES;
    int MAX_KIND_BYTES = 256;
    int MAX_MESSAGE_BYTES = 16 * 1024;

    record Hello(int version) implements Frame {}

    record Request(long call, ByteBuffer object) implements Frame {}

    record Reply(long call, ByteBuffer object) implements Frame {}

    record Refused(long call, String kind, String message) implements Frame {}

    /** The frame with its length, in a new buffer. The object is not copied. */
    default ByteBuf write(ByteBufAllocator allocator) {
        return switch (this) {
            case Hello hello -> head(allocator, 1, 7).writeInt(MAGIC).writeShort(hello.version());
            case Request request -> object(allocator, 2, request.call(), request.object());
            case Reply reply -> object(allocator, 3, reply.call(), reply.object());
            case Refused refused -> {
                byte[] kind = bounded(refused.kind(), MAX_KIND_BYTES);
                byte[] message = bounded(refused.message(), MAX_MESSAGE_BYTES);
                yield head(allocator, 4, CALL_BYTES + 2 * Short.BYTES + kind.length + message.length)
                        .writeLong(refused.call())
                        .writeShort(kind.length)
                        .writeBytes(kind)
                        .writeShort(message.length)
                        .writeBytes(message);
            }
        };
    }

    private static ByteBuf head(ByteBufAllocator allocator, int kind, int length) {
        return allocator.buffer(LENGTH_BYTES + length).writeInt(length).writeByte(kind);
    }

    private static ByteBuf object(ByteBufAllocator allocator, int kind, long call, ByteBuffer object) {
        ByteBuf head = allocator
                .buffer(LENGTH_BYTES + CALL_BYTES)
                .writeInt(CALL_BYTES + object.remaining())
                .writeByte(kind)
                .writeLong(call);
        return Unpooled.wrappedBuffer(head, Unpooled.wrappedBuffer(object));
    }

    /** UTF-8, cut where it is longer; a character that the cut splits is left out. */
    private static byte[] bounded(String text, int maxBytes) {
        byte[] bytes = text.getBytes(UTF_8);
        int end = Math.min(bytes.length, maxBytes);
        while (end < bytes.length && (bytes[end] & 0xc0) == 0x80) {
            end--;
        }
        return Arrays.copyOf(bytes, end);
    }

    /** Reads one whole frame, without its length; throws {@link CorruptedFrameException} where it is not one. */
    static Frame read(ByteBuf frame) {
        try {
            int kind = frame.readByte();
            Frame read = switch (kind) {
                case 1 -> hello(frame);
                case 2 -> new Request(frame.readLong(), rest(frame));
                case 3 -> new Reply(frame.readLong(), rest(frame));
                case 4 -> new Refused(frame.readLong(), text(frame, MAX_KIND_BYTES), text(frame, MAX_MESSAGE_BYTES));
                default -> throw new CorruptedFrameException("frames of kind " + kind + " are unknown");
            };
            if (frame.isReadable()) {
                throw new CorruptedFrameException("a frame of kind " + kind + " is longer than it may be");
            }
            return read;
        } catch (IndexOutOfBoundsException e) {
            throw new CorruptedFrameException("a frame ends early", e);
        }
    }

    private static Hello hello(ByteBuf frame) {
        if (frame.readInt() != MAGIC) {
            throw new CorruptedFrameException("the peer does not speak this protocol");
        }
        return new Hello(frame.readUnsignedShort());
    }

    private static ByteBuffer rest(ByteBuf frame) {
        ByteBuffer copy = ByteBuffer.wrap(ByteBufUtil.getBytes(frame));
        frame.skipBytes(frame.readableBytes());
        return copy;
    }

    private static String text(ByteBuf frame, int maxBytes) {
        int length = frame.readUnsignedShort();
        if (length > maxBytes || !ByteBufUtil.isText(frame, frame.readerIndex(), checked(frame, length), UTF_8)) {
            throw new CorruptedFrameException("a frame holds a text that is not one");
        }
        return frame.readString(length, UTF_8);
    }

    private static int checked(ByteBuf frame, int length) {
        if (length > frame.readableBytes()) {
            throw new CorruptedFrameException("a frame ends early");
        }
        return length;
    }
}
