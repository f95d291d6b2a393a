package io.supercloud.image.internal.nbd;

import io.supercloud.image.BlockDevice;
import io.supercloud.image.NbdCatalog;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Haggles the options of one connection; one thread. Only {@link #run} does I/O. */
final class Negotiation {
    /** The largest request; clients learn it as the largest block size. */
    static final int MAX_REQUEST_BYTES = 32 * 1024 * 1024;

    static final int BASE_ALLOCATION_ID = 1;
    private static final String BASE_ALLOCATION = "base:allocation";
    private static final int PREFERRED_BLOCK_BYTES = 4096;
    private static final int READ_FLAGS =
            Nbd.FLAG_HAS_FLAGS | Nbd.FLAG_SEND_FLUSH | Nbd.FLAG_SEND_DF | Nbd.FLAG_CAN_MULTI_CONN | Nbd.FLAG_SEND_CACHE;
    private static final int WRITE_FLAGS =
            Nbd.FLAG_SEND_FUA | Nbd.FLAG_SEND_TRIM | Nbd.FLAG_SEND_WRITE_ZEROES | Nbd.FLAG_SEND_FAST_ZERO;
    private static final int PADDING_BYTES = 124;
    private static final int GREETING_BYTES = 18;
    /** A list of names ends before it is longer; other options have at most four replies with one name at most. */
    static final int MAX_ANSWER_BYTES = 256 * 1024;
    /** More than a reply without data. */
    private static final int ACK_BYTES = 64;

    /** What comes after an option. */
    enum Next {
        OPTIONS,
        TRANSMISSION,
        CLOSE
    }

    private final NbdCatalog catalog;
    private BlockDevice device;
    private String contextOf;
    private boolean noZeroes;
    private boolean structured;
    private boolean allocationContext;

    Negotiation(NbdCatalog catalog) {
        this.catalog = catalog;
    }

    /** What the client chose. */
    BlockDevice device() {
        return device;
    }

    boolean structured() {
        return structured;
    }

    boolean allocationContext() {
        return allocationContext;
    }

    /** Greets a client; false where it has gone. */
    boolean greet(Wire wire) throws IOException {
        wire.room(GREETING_BYTES).putLong(Nbd.NBDMAGIC).putLong(Nbd.IHAVEOPT).putShort((short)
                (Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES));
        if (!wire.receive(Integer.BYTES)) {
            return false;
        }
        clientFlags(wire.in().getInt());
        return true;
    }

    /**
     * Greets a client and refuses everything until it wants TLS, which is to begin then; false where it is to be, or has,
     * disconnected.
     */
    boolean awaitTls(Wire wire) throws IOException {
        if (!greet(wire)) {
            return false;
        }
        while (true) {
            Option option = next(wire);
            if (option == null || option.number() == Nbd.OPT_EXPORT_NAME) {
                return false;
            }
            boolean begins = option.number() == Nbd.OPT_STARTTLS && option.data().length == 0;
            boolean ends = option.number() == Nbd.OPT_ABORT;
            int reply = begins || ends ? Nbd.REP_ACK : Nbd.REP_ERR_TLS_REQD;
            OptionReply.of(option.number(), reply).write(wire.room(MAX_ANSWER_BYTES));
            if (begins && wire.in().hasRemaining()) {
                throw new NbdProtocolException("the client sent more in the clear behind its wish for TLS");
            }
            wire.send();
            if (begins || ends) {
                return begins;
            }
        }
    }

    /** Goes through all options; false where the client is to be, or has, disconnected. */
    boolean run(Wire wire) throws IOException {
        Next next = Next.OPTIONS;
        while (next == Next.OPTIONS) {
            Option option = next(wire);
            if (option == null) {
                return false;
            }
            next = answer(option, wire.room(MAX_ANSWER_BYTES));
            wire.send();
        }
        return next == Next.TRANSMISSION;
    }

    /** The next option; null where the client has gone. */
    private static Option next(Wire wire) throws IOException {
        Option option = Option.read(wire.in());
        while (option == null) {
            if (!wire.receive(wire.in().remaining() + 1)) {
                return null;
            }
            option = Option.read(wire.in());
        }
        return option;
    }

    void clientFlags(int flags) {
        if ((flags & ~(Nbd.FLAG_FIXED_NEWSTYLE | Nbd.FLAG_NO_ZEROES)) != 0) {
            throw new NbdProtocolException("the client set unknown flags %x".formatted(flags));
        }
        noZeroes = (flags & Nbd.FLAG_NO_ZEROES) != 0;
    }

    /** Answers one option. */
    Next answer(Option option, ByteBuffer out) {
        ByteBuffer data = ByteBuffer.wrap(option.data());
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

    private static Next refuse(int option, int error, ByteBuffer out) {
        OptionReply.of(option, error).write(out);
        return Next.OPTIONS;
    }

    private Next exportName(ByteBuffer name, ByteBuffer out) {
        String wanted = StandardCharsets.UTF_8.decode(name).toString();
        if (!choose(wanted)) {
            return Next.CLOSE;
        }
        out.putLong(device.sizeBytes()).putShort(transmissionFlags());
        if (!noZeroes) {
            out.put(new byte[PADDING_BYTES]);
        }
        return Next.TRANSMISSION;
    }

    private Next list(Option option, ByteBuffer out) {
        if (option.data().length > 0) {
            return refuse(option.number(), Nbd.REP_ERR_INVALID, out);
        }
        for (String each : catalog.names()) {
            byte[] name = each.getBytes(StandardCharsets.UTF_8);
            if (out.remaining() < name.length + 2 * ACK_BYTES) {
                break;
            }
            ByteBuffer entry = ByteBuffer.allocate(Integer.BYTES + name.length)
                    .putInt(name.length)
                    .put(name);
            reply(option.number(), Nbd.REP_SERVER, entry, out);
        }
        OptionReply.of(option.number(), Nbd.REP_ACK).write(out);
        return Next.OPTIONS;
    }

    private Next info(int option, ByteBuffer data, ByteBuffer out) {
        String name = text(data);
        if (name == null || data.remaining() < Short.BYTES) {
            return refuse(option, Nbd.REP_ERR_INVALID, out);
        }
        int wanted = Short.toUnsignedInt(data.getShort());
        if (data.remaining() != wanted * Short.BYTES) {
            return refuse(option, Nbd.REP_ERR_INVALID, out);
        }
        if (!choose(name)) {
            return refuse(option, Nbd.REP_ERR_UNKNOWN, out);
        }
        List<Integer> kinds = new ArrayList<>();
        for (int i = 0; i < wanted; i++) {
            kinds.add(Short.toUnsignedInt(data.getShort()));
        }
        if (kinds.contains(Nbd.INFO_NAME)) {
            List<String> all = catalog.names();
            byte[] ours = (all.size() == 1 ? all.getFirst() : name).getBytes(StandardCharsets.UTF_8);
            ByteBuffer canonical = ByteBuffer.allocate(Short.BYTES + ours.length)
                    .putShort((short) Nbd.INFO_NAME)
                    .put(ours);
            reply(option, Nbd.REP_INFO, canonical, out);
        }
        ByteBuffer sizes = ByteBuffer.allocate(Short.BYTES + 3 * Integer.BYTES)
                .putShort((short) Nbd.INFO_BLOCK_SIZE)
                .putInt(1)
                .putInt(PREFERRED_BLOCK_BYTES)
                .putInt(MAX_REQUEST_BYTES);
        reply(option, Nbd.REP_INFO, sizes, out);
        ByteBuffer export = ByteBuffer.allocate(Short.BYTES + Long.BYTES + Short.BYTES)
                .putShort((short) Nbd.INFO_EXPORT)
                .putLong(device.sizeBytes())
                .putShort(transmissionFlags());
        reply(option, Nbd.REP_INFO, export, out);
        OptionReply.of(option, Nbd.REP_ACK).write(out);
        return option == Nbd.OPT_GO ? Next.TRANSMISSION : Next.OPTIONS;
    }

    private Next structuredReply(Option option, ByteBuffer out) {
        if (option.data().length > 0) {
            return refuse(option.number(), Nbd.REP_ERR_INVALID, out);
        }
        structured = true;
        OptionReply.of(option.number(), Nbd.REP_ACK).write(out);
        return Next.OPTIONS;
    }

    private Next metaContext(int option, ByteBuffer data, ByteBuffer out) {
        boolean set = option == Nbd.OPT_SET_META_CONTEXT;
        allocationContext &= !set;
        String name = text(data);
        if (!structured || name == null || data.remaining() < Integer.BYTES) {
            return refuse(option, Nbd.REP_ERR_INVALID, out);
        }
        long queries = Integer.toUnsignedLong(data.getInt());
        boolean wanted = queries == 0 && !set;
        for (long i = 0; i < queries; i++) {
            String query = text(data);
            if (query == null) {
                return refuse(option, Nbd.REP_ERR_INVALID, out);
            }
            wanted |= query.equals(BASE_ALLOCATION) || (!set && query.equals("base:"));
        }
        if (data.hasRemaining()) {
            return refuse(option, Nbd.REP_ERR_INVALID, out);
        }
        if (catalog.find(name).isEmpty()) {
            return refuse(option, Nbd.REP_ERR_UNKNOWN, out);
        }
        if (wanted) {
            ByteBuffer context = ByteBuffer.allocate(Integer.BYTES + BASE_ALLOCATION.length())
                    .putInt(set ? BASE_ALLOCATION_ID : 0)
                    .put(BASE_ALLOCATION.getBytes(StandardCharsets.UTF_8));
            reply(option, Nbd.REP_META_CONTEXT, context, out);
        }
        allocationContext |= set && wanted;
        contextOf = set ? name : contextOf;
        OptionReply.of(option, Nbd.REP_ACK).write(out);
        return Next.OPTIONS;
    }

    /** Takes the device of this name; false where there is none. A context that was set for another name is void. */
    private boolean choose(String name) {
        device = catalog.find(name).orElse(null);
        allocationContext &= name.equals(contextOf);
        return device != null;
    }

    private short transmissionFlags() {
        return (short) (READ_FLAGS | (device.readOnly() ? Nbd.FLAG_READ_ONLY : WRITE_FLAGS));
    }

    /** A string after its 32-bit length, or null where it is cut short. */
    private static String text(ByteBuffer data) {
        if (data.remaining() < Integer.BYTES) {
            return null;
        }
        long length = Integer.toUnsignedLong(data.getInt());
        if (length > data.remaining()) {
            return null;
        }
        byte[] text = new byte[(int) length];
        data.get(text);
        return new String(text, StandardCharsets.UTF_8);
    }

    private static void reply(int option, int type, ByteBuffer content, ByteBuffer out) {
        new OptionReply(option, type, content.array()).write(out);
    }
}
