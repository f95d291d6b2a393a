package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import io.supercloud.overlay.sdn.OverlayException;

/** Bounds and padding, checked in one place. */
final class Wire {
    private Wire() {}

    static void require(ByteBuf in, int bytes, String what) {
        if (in.readableBytes() < bytes) {
            throw new OverlayException.Malformed(
                    "OpenFlow: %s needs %d bytes and has %d".formatted(what, bytes, in.readableBytes()));
        }
    }

    static ByteBuf slice(ByteBuf in, int bytes, String what) {
        if (bytes < 0) {
            throw new OverlayException.Malformed("OpenFlow: %s has a length of %d bytes".formatted(what, bytes));
        }
        require(in, bytes, what);
        return in.readSlice(bytes);
    }

    static void skip(ByteBuf in, int bytes, String what) {
        slice(in, bytes, what);
    }

    static byte[] rest(ByteBuf in) {
        byte[] bytes = new byte[in.readableBytes()];
        in.readBytes(bytes);
        return bytes;
    }

    /** How many bytes of zero follow {@code length} bytes, up to a multiple of 8. */
    static int padding(int length) {
        return -length & 7;
    }

    static void requireEnd(ByteBuf in, String what) {
        if (in.isReadable()) {
            throw new OverlayException.Malformed(
                    "OpenFlow: %s has %d bytes too many".formatted(what, in.readableBytes()));
        }
    }
}
