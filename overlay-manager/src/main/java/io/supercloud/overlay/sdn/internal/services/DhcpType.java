package io.supercloud.overlay.sdn.internal.services;

import java.util.Arrays;
import java.util.Optional;

/** What a DHCP message says (RFC 2132 section 9.6). */
public enum DhcpType {
    DISCOVER(1),
    OFFER(2),
    REQUEST(3),
    DECLINE(4),
    ACK(5),
    NAK(6),
    RELEASE(7),
    INFORM(8);

    private final int code;

    DhcpType(int code) {
        this.code = code;
    }

    public byte code() {
        return (byte) code;
    }

    static Optional<DhcpType> ofCode(int code) {
        return Arrays.stream(values()).filter(type -> type.code == code).findFirst();
    }
}
