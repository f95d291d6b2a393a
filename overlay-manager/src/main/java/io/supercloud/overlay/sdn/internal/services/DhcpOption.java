package io.supercloud.overlay.sdn.internal.services;

/** The options that are read or answered (RFC 2132). */
public enum DhcpOption {
    NETMASK(1),
    ROUTER(3),
    DNS(6),
    HOST_NAME(12),
    MTU(26),
    REQUESTED_ADDRESS(50),
    LEASE_SECONDS(51),
    MESSAGE_TYPE(53),
    SERVER(54);

    private final int code;

    DhcpOption(int code) {
        this.code = code;
    }

    public int code() {
        return code;
    }
}
