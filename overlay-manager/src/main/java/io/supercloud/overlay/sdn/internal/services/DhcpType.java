package io.supercloud.overlay.sdn.internal.services;

import java.util.Optional;

/** What a DHCP message says (RFC 2132 section 9.6); the code is the ordinal plus 1. */
public enum DhcpType {
    DISCOVER,
    OFFER,
    REQUEST,
    DECLINE,
    ACK,
    NAK,
    RELEASE,
    INFORM;

    public byte code() {
        return (byte) (ordinal() + 1);
    }

    static Optional<DhcpType> ofCode(int code) {
        return code < 1 || code > values().length ? Optional.empty() : Optional.of(values()[code - 1]);
    }
}
