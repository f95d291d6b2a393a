package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import io.supercloud.overlay.sdn.OverlayException;
import java.util.ArrayList;
import java.util.List;

/** What a flow does with a packet (OpenFlow 1.4 section 7.2.4; {@code NXAST_REG_MOVE} of Open vSwitch). */
public sealed interface Action {
    int TYPE_OUTPUT = 0;
    int TYPE_SET_FIELD = 25;
    int TYPE_EXPERIMENTER = 0xffff;
    int NICIRA = 0x2320;
    int SUBTYPE_MOVE = 6;
    int OUTPUT_BYTES = 16;
    int MOVE_BYTES = 24;
    int HEADER_BYTES = 4;
    int WHOLE_PACKET_BYTES = 0xffff;

    void write(ByteBuf out);

    /**
     * Sends the packet as it is now.
     *
     * @param port a port number, or one of {@link Ports}
     * @param maxBytes how much of it goes to the controller; 0 for other ports
     */
    record Output(int port, int maxBytes) implements Action {
        public static Output to(int port) {
            return new Output(port, port == Ports.CONTROLLER ? WHOLE_PACKET_BYTES : 0);
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(TYPE_OUTPUT).writeShort(OUTPUT_BYTES);
            out.writeInt(port).writeShort(maxBytes).writeZero(6);
        }
    }

    /** Sets a whole field. */
    record SetField(Oxm oxm) implements Action {
        public SetField {
            if (!oxm.isExact()) {
                throw new OverlayException.Malformed("field %s cannot be set in part".formatted(oxm.field()));
            }
        }

        public static SetField of(Field field, long value) {
            return new SetField(Oxm.of(field, value));
        }

        @Override
        public void write(ByteBuf out) {
            int length = HEADER_BYTES + Field.HEADER_BYTES + oxm.field().bytes();
            int padding = Wire.padding(length);
            out.writeShort(TYPE_SET_FIELD).writeShort(length + padding);
            oxm.write(out);
            out.writeZero(padding);
        }
    }

    /** Copies a whole field to another one of the same size. */
    record Move(Field source, Field target) implements Action {
        public Move {
            if (source.bytes() != target.bytes()) {
                throw new OverlayException.Malformed("field %s does not fit in %s".formatted(source, target));
            }
        }

        @Override
        public void write(ByteBuf out) {
            out.writeShort(TYPE_EXPERIMENTER)
                    .writeShort(MOVE_BYTES)
                    .writeInt(NICIRA)
                    .writeShort(SUBTYPE_MOVE);
            out.writeShort(8 * source.bytes()).writeShort(0).writeShort(0);
            out.writeInt(source.header(false)).writeInt(target.header(false));
        }
    }

    static List<Action> readAll(ByteBuf in) {
        List<Action> actions = new ArrayList<>();
        while (in.isReadable()) {
            Wire.require(in, HEADER_BYTES, "action header");
            int type = in.readUnsignedShort();
            int length = in.readUnsignedShort();
            ByteBuf body = Wire.slice(in, length - HEADER_BYTES, "action");
            if ((length & 7) != 0) {
                throw new OverlayException.Malformed("OpenFlow: an action has %d bytes".formatted(length));
            }
            actions.add(read(type, body));
        }
        return List.copyOf(actions);
    }

    private static Action read(int type, ByteBuf body) {
        return switch (type) {
            case TYPE_OUTPUT -> readOutput(body);
            case TYPE_SET_FIELD -> readSetField(body);
            case TYPE_EXPERIMENTER -> readMove(body);
            default -> throw new OverlayException.Malformed("OpenFlow: action type %d is not known".formatted(type));
        };
    }

    private static Action readOutput(ByteBuf body) {
        Wire.require(body, OUTPUT_BYTES - HEADER_BYTES, "output action");
        Action action = new Output(body.readInt(), body.readUnsignedShort());
        Wire.skip(body, 6, "output action");
        Wire.requireEnd(body, "output action");
        return action;
    }

    private static Action readSetField(ByteBuf body) {
        Oxm oxm = Oxm.read(body).orElseThrow(() -> new OverlayException.Malformed("OpenFlow: an unknown field is set"));
        Wire.skip(
                body,
                Wire.padding(HEADER_BYTES + Field.HEADER_BYTES + oxm.field().bytes()),
                "set-field action");
        Wire.requireEnd(body, "set-field action");
        return new SetField(oxm);
    }

    private static Action readMove(ByteBuf body) {
        Wire.require(body, MOVE_BYTES - HEADER_BYTES, "move action");
        int vendor = body.readInt();
        int subtype = body.readUnsignedShort();
        int bits = body.readUnsignedShort();
        int offsets = body.readInt();
        Field source = fieldOf(body.readInt());
        Field target = fieldOf(body.readInt());
        Wire.requireEnd(body, "move action");
        if (vendor != NICIRA || subtype != SUBTYPE_MOVE || bits != 8 * source.bytes() || offsets != 0) {
            throw new OverlayException.Malformed(
                    "OpenFlow: action 0x%x/%d is not a move of a whole field".formatted(vendor, subtype));
        }
        return new Move(source, target);
    }

    private static Field fieldOf(int header) {
        Field field = Field.ofHeader(header)
                .orElseThrow(
                        () -> new OverlayException.Malformed("OpenFlow: field 0x%x is not known".formatted(header)));
        if ((header & 0x1ff) != field.bytes()) {
            throw new OverlayException.Malformed("OpenFlow: field %s has a wrong header".formatted(field));
        }
        return field;
    }
}
