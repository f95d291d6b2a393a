package io.supercloud.image.internal.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Haggles the options of one connection. Does no I/O; one thread. */
final class Negotiation {
    /** The largest request; clients learn it as the largest block size. */
    static final int MAX_REQUEST_BYTES = 32 * 1024 * 1024;

    static final int BASE_ALLOCATION_ID = 1;
    private static final String BASE_ALLOCATION = "base:allocation";
    private static final int PREFERRED_BLOCK_BYTES = 4096;
    private static final int TRANSMISSION_FLAGS = Nbd.FLAG_HAS_FLAGS
            | Nbd.FLAG_SEND_FLUSH
            | Nbd.FLAG_SEND_FUA
            | Nbd.FLAG_SEND_TRIM
            | Nbd.FLAG_SEND_WRITE_ZEROES
            | Nbd.FLAG_SEND_DF
            | Nbd.FLAG_CAN_MULTI_CONN
            | Nbd.FLAG_SEND_CACHE
            | Nbd.FLAG_SEND_FAST_ZERO;
    private static final int PADDING_BYTES = 124;

    /** What comes after an option. */
    enum Next {
        OPTIONS,
        TRANSMISSION,
        CLOSE
    }

    private final String exportName;
    private final long sizeBytes;
    private boolean noZeroes;
    private boolean structured;
    private boolean allocationContext;

    Negotiation(String exportName, long sizeBytes) {
        this.exportName = exportName;
        this.sizeBytes = sizeBytes;
    }

    boolean structured() {
        return structured;
    }

    boolean allocationContext() {
        return allocationContext;
    }

    static void greet(ByteBuf out) {
        out.writeLong(Nbd.NBDMAGIC).writeLong(Nbd.IHAVEOPT).writeShort(Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES);
    }

    void clientFlags(int flags) {
        if ((flags & ~(Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES)) != 0) {
            throw new NbdProtocolException("the client set unknown flags %x".formatted(flags));
        }
        noZeroes = (flags & Nbd.FLAG_NO_ZEROES) != 0;
    }

    /** Answers one option. */
    Next answer(Option option, ByteBuf out) {
        ByteBuf data = Unpooled.wrappedBuffer(option.data());
        return switch (option.number()) {
            case Nbd.OPT_EXPORT_NAME -> exportName(data, out);
            case Nbd.OPT_ABORT -> {
                OptionReply.of(option.number(), Nbd.REP_ACK).write(out);
                yield Next.CLOSE;
            }
            case Nbd.OPT_LIST -> list(option, out);
            case Nbd.OPT_INFO, Nbd.OPT_GO -> info(option.number(), data, out);
            case Nbd.OPT_STRUCTURED_REPLY -> structuredReply(option, out);
            case Nbd.OPT_LIST_META_CONTEXT, Nbd.OPT_SET_META_CONTEXT -> metaContext(option.number(), data, out);
            default -> refuse(option.number(), Nbd.REP_ERR_UNSUP, out);
        };
    }

    private static Next refuse(int option, int error, ByteBuf out) {
        OptionReply.of(option, error).write(out);
        return Next.OPTIONS;
    }

    private Next exportName(ByteBuf name, ByteBuf out) {
        if (!isOurs(name.toString(StandardCharsets.UTF_8))) {
            return Next.CLOSE;
        }
        out.writeLong(sizeBytes).writeShort(TRANSMISSION_FLAGS);
        if (!noZeroes) {
            out.writeZero(PADDING_BYTES);
        }
        return Next.TRANSMISSION;
    }

    private Next list(Option option, ByteBuf out) {
        if (option.data().length > 0) {
            return refuse(option.number(), Nbd.REP_ERR_INVALID, out);
        }
        byte[] name = exportName.getBytes(StandardCharsets.UTF_8);
        ByteBuf entry = Unpooled.buffer().writeInt(name.length).writeBytes(name);
        reply(option.number(), Nbd.REP_SERVER, entry, out);
        OptionReply.of(option.number(), Nbd.REP_ACK).write(out);
        return Next.OPTIONS;
    }

    private Next info(int option, ByteBuf data, ByteBuf out) {
        String name = text(data);
        if (name == null || data.readableBytes() < Short.BYTES) {
            return refuse(option, Nbd.REP_ERR_INVALID, out);
        }
        int wanted = data.readUnsignedShort();
        if (data.readableBytes() != wanted * Short.BYTES) {
            return refuse(option, Nbd.REP_ERR_INVALID, out);
        }
        if (!isOurs(name)) {
            return refuse(option, Nbd.REP_ERR_UNKNOWN, out);
        }
        List<Integer> kinds = new ArrayList<>();
        for (int i = 0; i < wanted; i++) {
            kinds.add(data.readUnsignedShort());
        }
        if (kinds.contains(Nbd.INFO_NAME)) {
            ByteBuf canonical =
                    Unpooled.buffer().writeShort(Nbd.INFO_NAME).writeBytes(exportName.getBytes(StandardCharsets.UTF_8));
            reply(option, Nbd.REP_INFO, canonical, out);
        }
        ByteBuf sizes = Unpooled.buffer()
                .writeShort(Nbd.INFO_BLOCK_SIZE)
                .writeInt(1)
                .writeInt(PREFERRED_BLOCK_BYTES)
                .writeInt(MAX_REQUEST_BYTES);
        reply(option, Nbd.REP_INFO, sizes, out);
        ByteBuf export = Unpooled.buffer()
                .writeShort(Nbd.INFO_EXPORT)
                .writeLong(sizeBytes)
                .writeShort(TRANSMISSION_FLAGS);
        reply(option, Nbd.REP_INFO, export, out);
        OptionReply.of(option, Nbd.REP_ACK).write(out);
        return option == Nbd.OPT_GO ? Next.TRANSMISSION : Next.OPTIONS;
    }

    private Next structuredReply(Option option, ByteBuf out) {
        if (option.data().length > 0) {
            return refuse(option.number(), Nbd.REP_ERR_INVALID, out);
        }
        structured = true;
        OptionReply.of(option.number(), Nbd.REP_ACK).write(out);
        return Next.OPTIONS;
    }

    private Next metaContext(int option, ByteBuf data, ByteBuf out) {
        boolean set = option == Nbd.OPT_SET_META_CONTEXT;
        allocationContext &= !set;
        String name = text(data);
        if (!structured || name == null || data.readableBytes() < Integer.BYTES) {
            return refuse(option, Nbd.REP_ERR_INVALID, out);
        }
        long queries = data.readUnsignedInt();
        boolean wanted = queries == 0 && !set;
        for (long i = 0; i < queries; i++) {
            String query = text(data);
            if (query == null) {
                return refuse(option, Nbd.REP_ERR_INVALID, out);
            }
            wanted |= query.equals(BASE_ALLOCATION) || (!set && query.equals("base:"));
        }
        if (data.isReadable()) {
            return refuse(option, Nbd.REP_ERR_INVALID, out);
        }
        if (!isOurs(name)) {
            return refuse(option, Nbd.REP_ERR_UNKNOWN, out);
        }
        if (wanted) {
            ByteBuf context = Unpooled.buffer()
                    .writeInt(set ? BASE_ALLOCATION_ID : 0)
                    .writeBytes(BASE_ALLOCATION.getBytes(StandardCharsets.UTF_8));
            reply(option, Nbd.REP_META_CONTEXT, context, out);
        }
        allocationContext |= set && wanted;
        OptionReply.of(option, Nbd.REP_ACK).write(out);
        return Next.OPTIONS;
    }

    /** The empty name is the default export. */
    private boolean isOurs(String name) {
        return name.isEmpty() || name.equals(exportName);
    }

    /** A string after its 32-bit length, or null where it is cut short. */
    private static String text(ByteBuf data) {
        if (data.readableBytes() < Integer.BYTES) {
            return null;
        }
        long length = data.readUnsignedInt();
        return length > data.readableBytes()
                ? null
                : data.readCharSequence((int) length, StandardCharsets.UTF_8).toString();
    }

    private static void reply(int option, int type, ByteBuf content, ByteBuf out) {
        byte[] data = new byte[content.readableBytes()];
        content.readBytes(data);
        new OptionReply(option, type, data).write(out);
    }
}
