package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import io.supercloud.overlay.sdn.OverlayException;

/** Changes that the switch makes all at once or not at all (OpenFlow 1.4 sections 7.3.9.2 and 7.3.9.3). */
public final class Bundle {
    static final int ATOMIC_AND_ORDERED = 0b11;

    private Bundle() {}

    /** The code on the wire is the ordinal. */
    public enum Kind {
        OPEN_REQUEST,
        OPEN_REPLY,
        CLOSE_REQUEST,
        CLOSE_REPLY,
        COMMIT_REQUEST,
        COMMIT_REPLY,
        DISCARD_REQUEST,
        DISCARD_REPLY
    }

    public record Control(int xid, int bundle, Kind kind) implements Message {
        static final int TYPE = 33;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {
            out.writeInt(bundle).writeShort(kind.ordinal()).writeShort(ATOMIC_AND_ORDERED);
        }

        static Control read(int xid, ByteBuf in) {
            Wire.require(in, 8, "bundle control");
            int bundle = in.readInt();
            int kind = in.readUnsignedShort();
            in.skipBytes(Short.BYTES);
            if (kind >= Kind.values().length) {
                throw new OverlayException.Malformed("OpenFlow: bundle control %d is not known".formatted(kind));
            }
            return new Control(xid, bundle, Kind.values()[kind]);
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
