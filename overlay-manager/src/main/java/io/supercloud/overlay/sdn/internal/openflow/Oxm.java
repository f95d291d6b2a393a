package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import io.supercloud.overlay.sdn.OverlayException;
import java.util.Optional;

/**
 * One field with the value to match or to set.
 *
 * @param value big-endian, in the lowest bytes; no bit outside the mask
 * @param mask the bits that matter; {@link Field#fullMask} for all
 */
public record Oxm(Field field, long value, long mask) implements Comparable<Oxm> {
    private static final int EXPERIMENTER_BYTES = 4;

    public Oxm {
        if ((value & ~mask) != 0 || (mask & ~field.fullMask()) != 0 || mask == 0) {
            throw new OverlayException.Malformed(
                    "field %s does not take value 0x%x with mask 0x%x".formatted(field, value, mask));
        }
    }

    public static Oxm of(Field field, long value) {
        return new Oxm(field, value, field.fullMask());
    }

    public boolean isExact() {
        return mask == field.fullMask();
    }

    @Override
    public int compareTo(Oxm other) {
        return field.compareTo(other.field);
    }

    void write(ByteBuf out) {
        out.writeInt(field.header(!isExact()));
        writeBytes(out, value);
        if (!isExact()) {
            writeBytes(out, mask);
        }
    }

    /** Reads one field; empty where this side does not know it, which skips it. */
    static Optional<Oxm> read(ByteBuf in) {
        Wire.require(in, Field.HEADER_BYTES, "OXM header");
        int header = in.readInt();
        int length = header & 0xff;
        ByteBuf body = Wire.slice(in, length, "OXM field");
        Optional<Field> known = Field.ofHeader(header);
        if (known.isEmpty()) {
            return Optional.empty();
        }
        Field field = known.get();
        if (header >>> 9 == Field.ONF_TCP_FLAGS) {
            Wire.require(body, EXPERIMENTER_BYTES, "OXM experimenter");
            if (body.readInt() != Field.ONF_EXPERIMENTER) {
                return Optional.empty();
            }
        }
        boolean masked = (header & 1 << 8) != 0;
        if (body.readableBytes() != (masked ? 2 : 1) * field.bytes()) {
            throw new OverlayException.Malformed("field %s has a length of %d bytes".formatted(field, length));
        }
        long value = readBytes(body, field.bytes());
        long mask = masked ? readBytes(body, field.bytes()) : field.fullMask();
        return Optional.of(new Oxm(field, value, mask));
    }

    private void writeBytes(ByteBuf out, long bits) {
        for (int shift = 8 * field.bytes() - 8; shift >= 0; shift -= 8) {
            out.writeByte((int) (bits >>> shift));
        }
    }

    private static long readBytes(ByteBuf in, int count) {
        long bits = 0;
        for (int i = 0; i < count; i++) {
            bits = bits << 8 | in.readUnsignedByte();
        }
        return bits;
    }
}
