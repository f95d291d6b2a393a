package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.HexFormat;

/** Bytes that are carried but not looked into, compared by content. The array is not to be changed. */
@SuppressWarnings("ArrayRecordComponent")
public record Payload(byte[] bytes) {
    static Payload rest(ByteBuf in) {
        return new Payload(Wire.rest(in));
    }

    void write(ByteBuf out) {
        out.writeBytes(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Payload payload && Arrays.equals(bytes, payload.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
