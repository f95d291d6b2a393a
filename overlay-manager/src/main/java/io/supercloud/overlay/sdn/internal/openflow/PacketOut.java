package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import java.util.List;

/** A packet from the controller, to be sent by {@code actions} (OpenFlow 1.4 section 7.3.7). */
public record PacketOut(int xid, int inPort, List<Action> actions, Payload packet) implements Message {
    static final int TYPE = 13;
    static final int NO_BUFFER = -1;
    private static final int FIXED_BYTES = 16;

    public PacketOut {
        actions = List.copyOf(actions);
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(NO_BUFFER).writeInt(inPort);
        int lengthAt = out.writerIndex();
        out.writeShort(0).writeZero(6);
        int start = out.writerIndex();
        actions.forEach(action -> action.write(out));
        out.setShort(lengthAt, out.writerIndex() - start);
        packet.write(out);
    }

    static PacketOut read(int xid, ByteBuf in) {
        Wire.require(in, FIXED_BYTES, "packet-out");
        in.skipBytes(Integer.BYTES);
        int inPort = in.readInt();
        int length = in.readUnsignedShort();
        in.skipBytes(6);
        List<Action> actions = Action.readAll(Wire.slice(in, length, "actions of a packet-out"));
        return new PacketOut(xid, inPort, actions, Payload.rest(in));
    }
}
