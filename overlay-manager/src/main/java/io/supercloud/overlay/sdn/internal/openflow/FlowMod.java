package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import io.supercloud.overlay.sdn.OverlayException;
import java.util.Arrays;
import java.util.List;

/** A change of one flow (OpenFlow 1.4 section 7.3.4.1). */
public record FlowMod(int xid, Command command, Flow flow) implements Message {
    static final int TYPE = 14;
    private static final int FIXED_BYTES = 40;
    private static final int ALL_TABLES = 0xff;

    public enum Command {
        /** Adds, or replaces the flow of the same key with its cookie. */
        ADD(0),
        MODIFY(1),
        MODIFY_STRICT(2),
        /** Deletes all flows that the match covers, in all tables. */
        DELETE(3),
        /** Deletes the flow of the same key. */
        DELETE_STRICT(4);

        private final int code;

        Command(int code) {
            this.code = code;
        }

        static Command ofCode(int code) {
            return Arrays.stream(values())
                    .filter(command -> command.code == code)
                    .findFirst()
                    .orElseThrow(() -> new OverlayException.Malformed(
                            "OpenFlow: flow-mod command %d is not known".formatted(code)));
        }
    }

    /** Deletes every flow of the switch. */
    static FlowMod deleteAll(int xid) {
        return new FlowMod(xid, Command.DELETE, new Flow(0, 0, 0, Match.ANY, List.of(), 0));
    }

    @Override
    public int type() {
        return TYPE;
    }

    @Override
    public void writeBody(ByteBuf out) {
        out.writeLong(flow.cookie()).writeLong(0);
        out.writeByte(command == Command.DELETE ? ALL_TABLES : flow.table()).writeByte(command.code);
        out.writeZero(2).writeZero(2).writeShort(flow.priority());
        out.writeInt(PacketOut.NO_BUFFER).writeInt(Ports.ANY).writeInt(Ports.ANY);
        out.writeZero(2).writeZero(2);
        flow.match().write(out);
        flow.writeInstructions(out);
    }

    static FlowMod read(int xid, ByteBuf in) {
        Wire.require(in, FIXED_BYTES, "flow-mod");
        long cookie = in.readLong();
        in.skipBytes(Long.BYTES);
        int table = in.readUnsignedByte();
        Command known = Command.ofCode(in.readUnsignedByte());
        in.skipBytes(2 * Short.BYTES);
        int priority = in.readUnsignedShort();
        in.skipBytes(3 * Integer.BYTES + 2 * Short.BYTES);
        if (known == Command.DELETE && table != ALL_TABLES) {
            throw new OverlayException.Malformed("OpenFlow: a loose deletion is for all tables only");
        }
        Match match = Match.read(in);
        int flowTable = known == Command.DELETE ? 0 : table;
        return new FlowMod(xid, known, Flow.readInstructions(flowTable, priority, cookie, match, in));
    }
}
