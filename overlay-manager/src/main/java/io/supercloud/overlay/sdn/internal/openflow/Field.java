package io.supercloud.overlay.sdn.internal.openflow;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The packet and metadata fields that flows match and set, in an order in which each comes after its prerequisites
 * (OpenFlow 1.4 section 7.2.3.7). Open vSwitch may name a field by an older code (NXM) than the one it was given, so each
 * field has aliases for reading.
 */
public enum Field {
    IN_PORT(OxmClass.BASIC, 0, 4),
    /** The overlay network (VNI) that a packet was classified into. */
    NETWORK(OxmClass.NICIRA, 0, 4),
    /** Where a packet came from: see {@code Pipeline}. */
    ORIGIN(OxmClass.NICIRA, 1, 4),
    TUNNEL_ID(OxmClass.BASIC, 38, 8, OxmClass.NICIRA, 16),
    TUNNEL_DESTINATION(OxmClass.NICIRA, 32, 4),
    ETH_DESTINATION(OxmClass.BASIC, 3, 6, OxmClass.NXM, 1),
    ETH_SOURCE(OxmClass.BASIC, 4, 6, OxmClass.NXM, 2),
    ETH_TYPE(OxmClass.BASIC, 5, 2, OxmClass.NXM, 3),
    VLAN(OxmClass.BASIC, 6, 2),
    IP_PROTOCOL(OxmClass.BASIC, 10, 1, OxmClass.NXM, 6),
    IPV4_SOURCE(OxmClass.BASIC, 11, 4, OxmClass.NXM, 7),
    IPV4_DESTINATION(OxmClass.BASIC, 12, 4, OxmClass.NXM, 8),
    TCP_DESTINATION(OxmClass.BASIC, 14, 2, OxmClass.NXM, 10),
    TCP_FLAGS(OxmClass.NICIRA, 34, 2),
    UDP_SOURCE(OxmClass.BASIC, 15, 2, OxmClass.NXM, 11),
    UDP_DESTINATION(OxmClass.BASIC, 16, 2, OxmClass.NXM, 12),
    ARP_OPERATION(OxmClass.BASIC, 21, 2, OxmClass.NXM, 15),
    ARP_SENDER_IP(OxmClass.BASIC, 22, 4, OxmClass.NXM, 16),
    ARP_TARGET_IP(OxmClass.BASIC, 23, 4, OxmClass.NXM, 17),
    ARP_SENDER_MAC(OxmClass.BASIC, 24, 6, OxmClass.NICIRA, 17),
    ARP_TARGET_MAC(OxmClass.BASIC, 25, 6, OxmClass.NICIRA, 18);

    /** Bytes of an OXM header: class, field with mask bit, length. */
    static final int HEADER_BYTES = 4;

    /** {@code tcp_flags} as ONF's experimenter field of OpenFlow 1.3 and 1.4. */
    static final int ONF_EXPERIMENTER = 0x4f4e_4600;

    static final int ONF_TCP_FLAGS = OxmClass.EXPERIMENTER << 7 | 42;

    private static final Map<Integer, Field> BY_TYPE = new HashMap<>();

    static {
        for (Field field : values()) {
            BY_TYPE.put(field.type, field);
            BY_TYPE.put(field.alias, field);
        }
        BY_TYPE.put(ONF_TCP_FLAGS, TCP_FLAGS);
    }

    private final int type;
    private final int alias;
    private final int bytes;

    Field(int oxmClass, int number, int bytes) {
        this(oxmClass, number, bytes, oxmClass, number);
    }

    Field(int oxmClass, int number, int bytes, int aliasClass, int aliasNumber) {
        this.type = oxmClass << 7 | number;
        this.alias = aliasClass << 7 | aliasNumber;
        this.bytes = bytes;
    }

    public int bytes() {
        return bytes;
    }

    /** All bits of the field set. */
    public long fullMask() {
        return -1L >>> (64 - 8 * bytes);
    }

    int header(boolean masked) {
        return type << 9 | (masked ? 1 << 8 | 2 * bytes : bytes);
    }

    /** The field of an OXM header, whose length and mask bit are not looked at. */
    static Optional<Field> ofHeader(int header) {
        return Optional.ofNullable(BY_TYPE.get(header >>> 9));
    }

    private static final class OxmClass {
        static final int NXM = 0x0000;
        static final int NICIRA = 0x0001;
        static final int BASIC = 0x8000;
        static final int EXPERIMENTER = 0xffff;

        private OxmClass() {}
    }
}
