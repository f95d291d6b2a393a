package io.supercloud.overlay.sdn.internal.openflow;

/** Reserved port numbers (OpenFlow 1.4 section 7.2.1). */
public final class Ports {
    /** Back out where the packet came in. */
    public static final int IN_PORT = 0xffff_fff8;

    public static final int CONTROLLER = 0xffff_fffd;

    /** The bridge's own device. */
    public static final int LOCAL = 0xffff_fffe;

    static final int ANY = 0xffff_ffff;

    /** The highest number that Open vSwitch gives to a device. */
    public static final int MAX_DEVICE = 0xfeff;

    private Ports() {}
}
