package io.supercloud.overlay.sdn;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.overlay.sdn.internal.openflow.Payload;
import io.supercloud.overlay.sdn.internal.services.UdpFrame;

/** Ethernet frames as VMs send them. */
final class TestFrames {
    static final MacAddress BROADCAST = new MacAddress(0xffff_ffff_ffffL);
    static final int SYN = 0x02;
    static final int ACK = 0x10;
    private static final int ARP_REQUEST = 1;

    private TestFrames() {}

    static byte[] udp(MacAddress source, Ipv4 from, MacAddress target, Ipv4 to) {
        return new UdpFrame(source, target, from, to, 1000, 2000, new Payload(new byte[] {1, 2, 3})).toBytes();
    }

    static byte[] udp(Port from, Port to) {
        return udp(from.mac(), from.address(), to.mac(), to.address());
    }

    static byte[] tcp(Port from, Stub stub, int flags) {
        return ByteBufUtil.getBytes(Unpooled.buffer()
                .writeBytes(MacAddress.of(stub.address()).toBytes())
                .writeBytes(from.mac().toBytes())
                .writeShort(0x0800)
                .writeShort(0x4500)
                .writeShort(40)
                .writeInt(0)
                .writeShort(0x4006)
                .writeShort(0)
                .writeInt(from.address().bits())
                .writeInt(stub.address().bits())
                .writeShort(40_000)
                .writeShort(stub.tcpPort())
                .writeLong(0)
                .writeShort(0x5000 | flags)
                .writeZero(6));
    }

    static byte[] arpRequest(MacAddress source, Ipv4 from, Ipv4 wanted) {
        return ByteBufUtil.getBytes(Unpooled.buffer()
                .writeBytes(BROADCAST.toBytes())
                .writeBytes(source.toBytes())
                .writeShort(0x0806)
                .writeShort(1)
                .writeShort(0x0800)
                .writeShort(0x0604)
                .writeShort(ARP_REQUEST)
                .writeBytes(source.toBytes())
                .writeInt(from.bits())
                .writeZero(6)
                .writeInt(wanted.bits()));
    }
}
