package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import io.supercloud.overlay.sdn.OverlayException;

/**
 * A packet that a flow sent to the controller (OpenFlow 1.4 section 7.4.1).
 *
 * @param cookie of the flow
 * @param port where the packet came in
 * @param network that it was classified into; 0 for none
 */
public record PacketIn(int xid, int reason, int table, long cookie, int port, long network, Payload packet)
        implements Message {
    static final int TYPE = 10;
    private static final int FIXED_BYTES = 16;

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeInt(PacketOut.NO_BUFFER).writeShort(packet.bytes().length);
        out.writeByte(reason).writeByte(table).writeLong(cookie);
        Match.ANY
                .with(Field.IN_PORT, Integer.toUnsignedLong(port))
                .with(Field.NETWORK, network)
                .write(out);
        out.writeZero(2);
        packet.write(out);
    }

    static PacketIn read(int xid, ByteBuf in) {
        Wire.require(in, FIXED_BYTES, "packet-in");
        in.skipBytes(Integer.BYTES + Short.BYTES);
        int reason = in.readUnsignedByte();
        int table = in.readUnsignedByte();
        long cookie = in.readLong();
        Match known = Match.readKnown(in).match();
        Oxm port = known.get(Field.IN_PORT)
                .orElseThrow(() -> new OverlayException.Malformed("OpenFlow: a packet-in has no port"));
        long network = known.get(Field.NETWORK).map(Oxm::value).orElse(0L);
        Wire.skip(in, 2, "packet-in");
        return new PacketIn(xid, reason, table, cookie, (int) port.value(), network, Payload.rest(in));
    }
}
