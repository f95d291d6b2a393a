package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import io.supercloud.overlay.sdn.OverlayException;
import java.util.List;

/**
 * One entry of a flow table.
 *
 * @param cookie says whose the flow is; not part of its identity
 * @param nextTable where the packet goes after the actions; 0 for nowhere
 */
public record Flow(int table, int priority, long cookie, Match match, List<Action> actions, int nextTable) {
    private static final int INSTRUCTION_GOTO = 1;
    private static final int INSTRUCTION_APPLY = 4;
    private static final int INSTRUCTION_BYTES = 8;
    private static final int MAX_TABLE = 253;

    public Flow {
        actions = List.copyOf(actions);
        if (table < 0 || table > MAX_TABLE || priority < 0 || priority > 0xffff) {
            throw new OverlayException.Malformed("there is no table %d or priority %d".formatted(table, priority));
        }
        if (nextTable != 0 && (nextTable <= table || nextTable > MAX_TABLE)) {
            throw new OverlayException.Malformed("table %d cannot lead to table %d".formatted(table, nextTable));
        }
    }

    /** What a table holds at most one of. */
    public record Key(int table, int priority, Match match) {}

    public Key key() {
        return new Key(table, priority, match);
    }

    void writeInstructions(ByteBuf out) {
        if (!actions.isEmpty()) {
            int start = out.writerIndex();
            out.writeShort(INSTRUCTION_APPLY).writeShort(0).writeZero(4);
            actions.forEach(action -> action.write(out));
            out.setShort(start + 2, out.writerIndex() - start);
        }
        if (nextTable != 0) {
            out.writeShort(INSTRUCTION_GOTO).writeShort(INSTRUCTION_BYTES);
            out.writeByte(nextTable).writeZero(3);
        }
    }

    /** Reads all of {@code in} as the instructions of a flow that is known otherwise. */
    static Flow readInstructions(int table, int priority, long cookie, Match match, ByteBuf in) {
        List<Action> actions = List.of();
        int nextTable = 0;
        while (in.isReadable()) {
            Wire.require(in, INSTRUCTION_BYTES, "instruction");
            int type = in.readUnsignedShort();
            ByteBuf body = Wire.slice(in, in.readUnsignedShort() - 4, "instruction");
            Wire.require(body, INSTRUCTION_BYTES - 4, "instruction");
            if (type == INSTRUCTION_APPLY && actions.isEmpty() && nextTable == 0) {
                body.skipBytes(4);
                actions = Action.readAll(body);
            } else if (type == INSTRUCTION_GOTO && nextTable == 0) {
                nextTable = readTable(body);
            } else {
                throw new OverlayException.Malformed("OpenFlow: instruction type %d is out of place".formatted(type));
            }
        }
        return new Flow(table, priority, cookie, match, actions, nextTable);
    }

    private static int readTable(ByteBuf body) {
        int nextTable = body.readUnsignedByte();
        body.skipBytes(3);
        Wire.requireEnd(body, "goto instruction");
        if (nextTable == 0) {
            throw new OverlayException.Malformed("OpenFlow: no table leads to table 0");
        }
        return nextTable;
    }
}
