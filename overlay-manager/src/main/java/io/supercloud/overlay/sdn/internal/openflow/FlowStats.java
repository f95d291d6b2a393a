package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import io.supercloud.overlay.sdn.OverlayException;
import java.util.ArrayList;
import java.util.List;

/** The flows that a switch has: multipart type 1 (OpenFlow 1.4 section 7.3.5.2). */
public final class FlowStats {
    private static final int MULTIPART_FLOW = 1;
    private static final int FLAG_MORE = 1;
    private static final int HEADER_BYTES = 8;
    private static final int ENTRY_BYTES = 48;
    private static final int ALL_TABLES = 0xff;

    private FlowStats() {}

    /** Asks for all flows. */
    public record Request(int xid) implements Message {
        static final int TYPE = 18;

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {
            out.writeShort(MULTIPART_FLOW).writeShort(0).writeZero(4);
            out.writeByte(ALL_TABLES).writeZero(3).writeInt(Ports.ANY).writeInt(Ports.ANY);
            out.writeZero(4).writeLong(0).writeLong(0);
            Match.ANY.write(out);
        }

        static Request read(int xid, ByteBuf in) {
            readKind(in);
            return new Request(xid);
        }
    }

    /** @param packets how many have matched it since it was made */
    public record Entry(Flow flow, long packets) {}

    /**
     * A part of the answer.
     *
     * @param more whether further parts follow
     * @param readable whether all flows of this part are in {@code entries}; not where a flow is of a form that is never
     *     written here, so that somebody else made it
     */
    public record Reply(int xid, boolean more, boolean readable, List<Entry> entries) implements Message {
        static final int TYPE = 19;

        public Reply {
            entries = List.copyOf(entries);
        }

        @Override
        public int type() {
            return TYPE;
        }

        @Override
        public void writeBody(ByteBuf out) {
            out.writeShort(MULTIPART_FLOW).writeShort(more ? FLAG_MORE : 0).writeZero(4);
            for (Entry entry : entries) {
                Flow flow = entry.flow();
                int start = out.writerIndex();
                out.writeShort(0).writeByte(flow.table()).writeZero(9).writeShort(flow.priority());
                out.writeZero(10)
                        .writeLong(flow.cookie())
                        .writeLong(entry.packets())
                        .writeLong(0);
                flow.match().write(out);
                flow.writeInstructions(out);
                out.setShort(start, out.writerIndex() - start);
            }
        }

        static Reply read(int xid, ByteBuf in) {
            int flags = readKind(in);
            List<Entry> entries = new ArrayList<>();
            boolean readable = true;
            while (in.isReadable()) {
                Wire.require(in, ENTRY_BYTES, "flow entry");
                int length = in.getUnsignedShort(in.readerIndex());
                ByteBuf entry = Wire.slice(in, length, "flow entry");
                Wire.require(entry, ENTRY_BYTES, "flow entry");
                try {
                    entries.add(readEntry(entry));
                } catch (OverlayException.Malformed foreign) {
                    readable = false;
                }
            }
            return new Reply(xid, (flags & FLAG_MORE) != 0, readable, entries);
        }

        private static Entry readEntry(ByteBuf in) {
            in.skipBytes(Short.BYTES);
            int table = in.readUnsignedByte();
            in.skipBytes(1 + 2 * Integer.BYTES);
            int priority = in.readUnsignedShort();
            int timeouts = in.readInt();
            int flags = in.readUnsignedShort();
            in.skipBytes(2 * Short.BYTES);
            long cookie = in.readLong();
            long packets = in.readLong();
            in.skipBytes(Long.BYTES);
            if (timeouts != 0 || flags != 0) {
                throw new OverlayException.Malformed("OpenFlow: a flow has timeouts or flags");
            }
            return new Entry(Flow.readInstructions(table, priority, cookie, Match.read(in), in), packets);
        }
    }

    private static int readKind(ByteBuf in) {
        Wire.require(in, HEADER_BYTES, "multipart header");
        int kind = in.readUnsignedShort();
        int flags = in.readUnsignedShort();
        in.skipBytes(4);
        if (kind != MULTIPART_FLOW) {
            throw new OverlayException.Malformed("OpenFlow: multipart type %d was not asked for".formatted(kind));
        }
        return flags;
    }
}
