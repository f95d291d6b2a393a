package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import io.supercloud.overlay.sdn.OverlayException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a flow matches: each field at most once, in the order of {@link Field}, so that equal matches are equal values.
 * Layout: type 1, length without padding, OXM fields, zeroes up to a multiple of 8.
 */
public record Match(List<Oxm> fields) {
    public static final Match ANY = new Match(List.of());
    private static final int TYPE_OXM = 1;
    private static final int HEADER_BYTES = 4;

    public Match {
        fields = fields.stream().sorted().toList();
        for (int i = 1; i < fields.size(); i++) {
            if (fields.get(i).field() == fields.get(i - 1).field()) {
                throw new OverlayException.Malformed(
                        "a match has field %s twice".formatted(fields.get(i).field()));
            }
        }
    }

    public Match with(Field field, long value) {
        return with(Oxm.of(field, value));
    }

    public Match with(Oxm oxm) {
        List<Oxm> more = new ArrayList<>(fields);
        more.add(oxm);
        return new Match(more);
    }

    public Optional<Oxm> get(Field field) {
        return fields.stream().filter(oxm -> oxm.field() == field).findFirst();
    }

    void write(ByteBuf out) {
        int start = out.writerIndex();
        out.writeShort(TYPE_OXM).writeShort(0);
        fields.forEach(oxm -> oxm.write(out));
        int length = out.writerIndex() - start;
        out.setShort(start + 2, length);
        out.writeZero(Wire.padding(length));
    }

    static Match read(ByteBuf in) {
        Partial partial = readKnown(in);
        if (!partial.complete()) {
            throw new OverlayException.Malformed("OpenFlow: a match has a field that is not known here");
        }
        return partial.match();
    }

    /** Reads the fields that are known here and leaves out the others. */
    static Partial readKnown(ByteBuf in) {
        Wire.require(in, HEADER_BYTES, "match header");
        int type = in.readUnsignedShort();
        int length = in.readUnsignedShort();
        if (type != TYPE_OXM) {
            throw new OverlayException.Malformed("OpenFlow: match type %d is not OXM".formatted(type));
        }
        ByteBuf body = Wire.slice(in, length - HEADER_BYTES, "match");
        Wire.skip(in, Wire.padding(length), "padding of a match");
        List<Oxm> known = new ArrayList<>();
        boolean complete = true;
        while (body.isReadable()) {
            Optional<Oxm> oxm = Oxm.read(body);
            oxm.ifPresent(known::add);
            complete &= oxm.isPresent();
        }
        return new Partial(new Match(known), complete);
    }

    /** What could be read of a match. */
    record Partial(Match match, boolean complete) {}
}
