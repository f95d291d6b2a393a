package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import io.supercloud.overlay.sdn.OverlayException;
import java.util.Arrays;

/** Changes that the switch makes all at once or not at all (OpenFlow 1.4 sections 7.3.9.2 and 7.3.9.3). */
public final class Bundle {
    static final int ATOMIC_AND_ORDERED = 0b11;

    private Bundle() {}

    public enum Kind {
        OPEN_REQUEST(0),
        OPEN_REPLY(1),
        CLOSE_REQUEST(2),
        CLOSE_REPLY(3),
        COMMIT_REQUEST(4),
        COMMIT_REPLY(5),
        DISCARD_REQUEST(6),
        DISCARD_REPLY(7);

        private final int code;

        Kind(int code) {
            this.code = code;
        }

        static Kind ofCode(int code) {
            return Arrays.stream(values())
                    .filter(kind -> kind.code == code)
                    .findFirst()
                    .orElseThrow(() ->
                            new OverlayException.Malformed("OpenFlow: bundle control %d is not known".formatted(code)));
        }
    }

    public record Control(int xid, int bundle, Kind kind) implements Message {
        static final int TYPE = 33;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {
            out.writeInt(bundle).writeShort(kind.code).writeShort(ATOMIC_AND_ORDERED);
        }

        static Control read(int xid, ByteBuf in) {
            Wire.require(in, 8, "bundle control");
            int bundle = in.readInt();
            Kind kind = Kind.ofCode(in.readUnsignedShort());
            in.skipBytes(Short.BYTES);
            return new Control(xid, bundle, kind);
        }
    }

    /** Adds a change to an open bundle; both have the same transaction number. */
    public record Add(int bundle, FlowMod change) implements Message {
        static final int TYPE = 34;

        @Override
        public int xid() {
            return change.xid();
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {
            out.writeInt(bundle).writeZero(2).writeShort(ATOMIC_AND_ORDERED);
            MessageCodec.write(change, out);
        }

        static Add read(int xid, ByteBuf in) {
            Wire.require(in, 8, "bundle addition");
            int bundle = in.readInt();
            in.skipBytes(2 * Short.BYTES);
            if (MessageCodec.read(in) instanceof FlowMod change && change.xid() == xid) {
                return new Add(bundle, change);
            }
            throw new OverlayException.Malformed("OpenFlow: a bundle takes flow-mods of its own transaction only");
        }
    }
}
