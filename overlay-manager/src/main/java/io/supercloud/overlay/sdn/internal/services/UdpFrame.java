package io.supercloud.overlay.sdn.internal.services;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.overlay.sdn.OverlayException;
import io.supercloud.overlay.sdn.internal.openflow.Payload;

/** UDP (RFC 768) in IPv4 (RFC 791) without fragments in an untagged Ethernet frame. */
public record UdpFrame(
        MacAddress sourceMac,
        MacAddress targetMac,
        Ipv4 source,
        Ipv4 target,
        int sourcePort,
        int targetPort,
        Payload data) {
    private static final int ETHERNET_BYTES = 14;
    private static final int IP_BYTES = 20;
    private static final int UDP_BYTES = 8;
    private static final int TYPE_IPV4 = 0x0800;
    private static final int PROTOCOL_UDP = 17;
    private static final int TIME_TO_LIVE = 64;

    public byte[] toBytes() {
        int udpBytes = UDP_BYTES + data.bytes().length;
        ByteBuf out = Unpooled.buffer(ETHERNET_BYTES + IP_BYTES + udpBytes);
        out.writeBytes(targetMac.toBytes()).writeBytes(sourceMac.toBytes()).writeShort(TYPE_IPV4);
        int ip = out.writerIndex();
        out.writeShort(0x4500).writeShort(IP_BYTES + udpBytes).writeInt(0);
        out.writeByte(TIME_TO_LIVE).writeByte(PROTOCOL_UDP).writeShort(0);
        out.writeInt(source.bits()).writeInt(target.bits());
        out.setShort(ip + 10, ~fold(sum(out, ip, IP_BYTES)));
        int udp = out.writerIndex();
        out.writeShort(sourcePort).writeShort(targetPort).writeShort(udpBytes).writeShort(0);
        out.writeBytes(data.bytes());
        int check = ~fold(sum(out, ip + 12, 8) + PROTOCOL_UDP + udpBytes + sum(out, udp, udpBytes)) & 0xffff;
        out.setShort(udp + 6, check == 0 ? 0xffff : check);
        return ByteBufUtil.getBytes(out);
    }

    public static UdpFrame read(byte[] frame) {
        ByteBuf in = Unpooled.wrappedBuffer(frame);
        require(frame.length >= ETHERNET_BYTES + IP_BYTES + UDP_BYTES, "is too short");
        MacAddress targetMac = readMac(in);
        MacAddress sourceMac = readMac(in);
        require(in.readUnsignedShort() == TYPE_IPV4, "is not IPv4");
        int ip = in.readerIndex();
        int headerBytes = 4 * (in.getByte(ip) & 0xf);
        int totalBytes = in.getUnsignedShort(ip + 2);
        require(in.getByte(ip) >>> 4 == 4 && headerBytes >= IP_BYTES, "has a wrong IPv4 header");
        require(totalBytes >= headerBytes + UDP_BYTES && totalBytes <= in.readableBytes(), "has a wrong IPv4 length");
        require((in.getUnsignedShort(ip + 6) & 0x3fff) == 0, "is a fragment");
        require(in.getUnsignedByte(ip + 9) == PROTOCOL_UDP, "is not UDP");
        require(fold(sum(in, ip, headerBytes)) == 0xffff, "has a wrong IPv4 checksum");
        ByteBuf udp = in.slice(ip + headerBytes, totalBytes - headerBytes);
        int udpBytes = udp.getUnsignedShort(4);
        require(udpBytes >= UDP_BYTES && udpBytes <= udp.readableBytes(), "has a wrong UDP length");
        byte[] data = new byte[udpBytes - UDP_BYTES];
        udp.getBytes(UDP_BYTES, data);
        return new UdpFrame(
                sourceMac,
                targetMac,
                new Ipv4(in.getInt(ip + 12)),
                new Ipv4(in.getInt(ip + 16)),
                udp.getUnsignedShort(0),
                udp.getUnsignedShort(2),
                new Payload(data));
    }

    private static void require(boolean condition, String otherwise) {
        if (!condition) {
            throw new OverlayException.Malformed("a frame with UDP was expected and one came that " + otherwise);
        }
    }

    private static MacAddress readMac(ByteBuf in) {
        return new MacAddress((long) in.readUnsignedShort() << 32 | in.readUnsignedInt());
    }

    /** The sum of RFC 1071, not folded yet. */
    private static long sum(ByteBuf bytes, int offset, int length) {
        long sum = 0;
        for (int i = 0; i < length; i++) {
            sum += (long) bytes.getUnsignedByte(offset + i) << (i % 2 == 0 ? 8 : 0);
        }
        return sum;
    }

    private static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xffff) + (folded >>> 16);
        }
        return (int) folded;
    }
}
