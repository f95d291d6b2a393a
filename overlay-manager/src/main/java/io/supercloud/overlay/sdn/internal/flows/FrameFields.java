package io.supercloud.overlay.sdn.internal.flows;

import io.supercloud.overlay.sdn.internal.openflow.Field;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Where a field is in an Ethernet frame: frames with ARP, or IPv4 with TCP or UDP, with at most one VLAN tag. */
final class FrameFields {
    private static final int TYPE_VLAN = 0x8100;
    private static final int TAG_BYTES = 4;
    private static final int ETHERNET_BYTES = 14;
    private static final int VLAN_PRESENT = 0x1000;
    private static final int ARP_BYTES = 28;
    private static final int IPV4_BYTES = 20;
    private static final int PORT_BYTES = 4;
    private static final int TCP_FLAG_BYTES = 14;

    private FrameFields() {}

    static OptionalLong get(byte[] frame, Field field) {
        if (field == Field.VLAN) {
            return OptionalLong.of(isTagged(frame) ? VLAN_PRESENT | (bits(frame, ETHERNET_BYTES, 2) & 0xfff) : 0);
        }
        OptionalInt offset = offset(frame, field);
        return offset.isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(
                        bits(frame, offset.getAsInt(), field.bytes()) & (field == Field.TCP_FLAGS ? 0xfff : -1L));
    }

    static void set(byte[] frame, Field field, long value) {
        int offset = offset(frame, field).orElseThrow(() -> new IllegalArgumentException("the frame has no " + field));
        for (int i = 0; i < field.bytes(); i++) {
            frame[offset + i] = (byte) (value >>> (8 * (field.bytes() - 1 - i)));
        }
    }

    private static OptionalInt offset(byte[] frame, Field field) {
        int body = ETHERNET_BYTES + (isTagged(frame) ? TAG_BYTES : 0);
        if (frame.length < body) {
            return OptionalInt.empty();
        }
        return switch (field) {
            case ETH_DESTINATION -> OptionalInt.of(0);
            case ETH_SOURCE -> OptionalInt.of(6);
            case ETH_TYPE -> OptionalInt.of(body - 2);
            case ARP_OPERATION -> inArp(frame, body, 6);
            case ARP_SENDER_MAC -> inArp(frame, body, 8);
            case ARP_SENDER_IP -> inArp(frame, body, 14);
            case ARP_TARGET_MAC -> inArp(frame, body, 18);
            case ARP_TARGET_IP -> inArp(frame, body, 24);
            case IP_PROTOCOL -> inIpv4(frame, body, 9);
            case IPV4_SOURCE -> inIpv4(frame, body, 12);
            case IPV4_DESTINATION -> inIpv4(frame, body, 16);
            case TCP_DESTINATION -> inTransport(frame, body, Rule.IP_TCP, 2, PORT_BYTES);
            case TCP_FLAGS -> inTransport(frame, body, Rule.IP_TCP, 12, TCP_FLAG_BYTES);
            case UDP_SOURCE -> inTransport(frame, body, Rule.IP_UDP, 0, PORT_BYTES);
            case UDP_DESTINATION -> inTransport(frame, body, Rule.IP_UDP, 2, PORT_BYTES);
            case IN_PORT, NETWORK, ORIGIN, TUNNEL_ID, TUNNEL_DESTINATION, VLAN -> OptionalInt.empty();
        };
    }

    private static OptionalInt inArp(byte[] frame, int body, int offset) {
        return bits(frame, body - 2, 2) == Rule.ETH_ARP && frame.length >= body + ARP_BYTES
                ? OptionalInt.of(body + offset)
                : OptionalInt.empty();
    }

    private static OptionalInt inIpv4(byte[] frame, int body, int offset) {
        return bits(frame, body - 2, 2) == Rule.ETH_IPV4 && frame.length >= body + IPV4_BYTES
                ? OptionalInt.of(body + offset)
                : OptionalInt.empty();
    }

    private static OptionalInt inTransport(byte[] frame, int body, int protocol, int offset, int neededBytes) {
        if (inIpv4(frame, body, 0).isEmpty() || bits(frame, body + 9, 1) != protocol) {
            return OptionalInt.empty();
        }
        boolean laterFragment = (bits(frame, body + 6, 2) & 0x1fff) != 0;
        int start = body + 4 * (frame[body] & 0xf);
        return laterFragment || frame.length < start + neededBytes
                ? OptionalInt.empty()
                : OptionalInt.of(start + offset);
    }

    private static boolean isTagged(byte[] frame) {
        return frame.length >= ETHERNET_BYTES + TAG_BYTES && bits(frame, ETHERNET_BYTES - 2, 2) == TYPE_VLAN;
    }

    private static long bits(byte[] frame, int offset, int count) {
        long bits = 0;
        for (int i = 0; i < count; i++) {
            bits = bits << 8 | (frame[offset + i] & 0xff);
        }
        return bits;
    }
}
