package io.supercloud.overlay.sdn.internal.services;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.overlay.sdn.OverlayException;
import io.supercloud.overlay.sdn.internal.openflow.Payload;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * One DHCP message (RFC 2131 section 2) over Ethernet. Options come in the order of their codes; one that is split over
 * several is joined (RFC 3396). The server name and boot file fields are ignored.
 *
 * @param operation 1 from a client, 2 from a server
 * @param client the client's address, {@code ciaddr}; 0.0.0.0 for none
 * @param yours the address given out, {@code yiaddr}
 */
public record DhcpMessage(
        int operation,
        int transaction,
        int seconds,
        boolean broadcast,
        Ipv4 client,
        Ipv4 yours,
        Ipv4 relay,
        MacAddress hardware,
        SortedMap<Integer, Payload> options) {
    public static final int REQUEST = 1;
    public static final int REPLY = 2;
    public static final int MAX_BYTES = 1500;
    private static final int HARDWARE_ETHERNET = 1;
    private static final int MAC_BYTES = 6;
    private static final int FIXED_BYTES = 240;
    private static final int LEAST_BYTES = 300;
    private static final int NAMES_BYTES = 192;
    private static final int COOKIE = 0x6382_5363;
    private static final int BROADCAST = 0x8000;
    private static final int PAD = 0;
    private static final int END = 255;
    private static final int MAX_OPTION_BYTES = 255;

    public DhcpMessage {
        options = Collections.unmodifiableSortedMap(new TreeMap<>(options));
    }

    public Optional<Ipv4> address(DhcpOption option) {
        Payload value = options.get(option.code());
        return value == null || value.bytes().length != Integer.BYTES
                ? Optional.empty()
                : Optional.of(new Ipv4(Unpooled.wrappedBuffer(value.bytes()).readInt()));
    }

    public Optional<DhcpType> kind() {
        Payload value = options.get(DhcpOption.MESSAGE_TYPE.code());
        return value == null || value.bytes().length != 1 ? Optional.empty() : DhcpType.ofCode(value.bytes()[0]);
    }

    public void write(ByteBuf out) {
        int start = out.writerIndex();
        out.writeByte(operation)
                .writeByte(HARDWARE_ETHERNET)
                .writeByte(MAC_BYTES)
                .writeByte(0);
        out.writeInt(transaction).writeShort(seconds).writeShort(broadcast ? BROADCAST : 0);
        out.writeInt(client.bits()).writeInt(yours.bits()).writeInt(0).writeInt(relay.bits());
        out.writeBytes(hardware.toBytes()).writeZero(10).writeZero(NAMES_BYTES).writeInt(COOKIE);
        options.forEach((code, value) -> writeOption(out, code, value.bytes()));
        out.writeByte(END);
        out.writeZero(Math.max(0, LEAST_BYTES - (out.writerIndex() - start)));
    }

    private static void writeOption(ByteBuf out, int code, byte[] value) {
        int from = 0;
        do {
            int length = Math.min(MAX_OPTION_BYTES, value.length - from);
            out.writeByte(code).writeByte(length).writeBytes(value, from, length);
            from += length;
        } while (from < value.length);
    }

    public static DhcpMessage read(ByteBuf in) {
        require(in.readableBytes() >= FIXED_BYTES && in.readableBytes() <= MAX_BYTES, "length");
        int operation = in.readUnsignedByte();
        require(operation == REQUEST || operation == REPLY, "operation");
        require(in.readUnsignedByte() == HARDWARE_ETHERNET && in.readUnsignedByte() == MAC_BYTES, "hardware type");
        in.skipBytes(1);
        int transaction = in.readInt();
        int seconds = in.readUnsignedShort();
        boolean broadcast = (in.readUnsignedShort() & BROADCAST) != 0;
        Ipv4 client = new Ipv4(in.readInt());
        Ipv4 yours = new Ipv4(in.readInt());
        in.skipBytes(Integer.BYTES);
        Ipv4 relay = new Ipv4(in.readInt());
        MacAddress hardware = new MacAddress((long) in.readUnsignedShort() << 32 | in.readUnsignedInt());
        in.skipBytes(10 + NAMES_BYTES);
        require(in.readInt() == COOKIE, "cookie");
        return new DhcpMessage(
                operation, transaction, seconds, broadcast, client, yours, relay, hardware, readOptions(in));
    }

    private static SortedMap<Integer, Payload> readOptions(ByteBuf in) {
        SortedMap<Integer, Payload> options = new TreeMap<>();
        while (true) {
            require(in.isReadable(), "end of options");
            int code = in.readUnsignedByte();
            if (code == END) {
                in.skipBytes(in.readableBytes());
                return options;
            }
            if (code != PAD) {
                require(in.isReadable() && in.getUnsignedByte(in.readerIndex()) < in.readableBytes(), "option length");
                byte[] value = new byte[in.readUnsignedByte()];
                in.readBytes(value);
                options.merge(code, new Payload(value), DhcpMessage::join);
            }
        }
    }

    private static Payload join(Payload first, Payload second) {
        return new Payload(
                Unpooled.wrappedBuffer(first.bytes(), second.bytes()).copy().array());
    }

    private static void require(boolean condition, String what) {
        if (!condition) {
            throw new OverlayException.Malformed("a DHCP message has a wrong " + what);
        }
    }
}
