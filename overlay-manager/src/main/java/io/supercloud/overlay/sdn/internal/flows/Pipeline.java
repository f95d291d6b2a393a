package io.supercloud.overlay.sdn.internal.flows;

import io.supercloud.core.MacAddress;

/**
 * The tables that a packet goes through; what no flow matches is dropped.
 *
 * <ol start="0">
 *   <li>{@link #CLASSIFY}: who sent it, in which network; what a VM may not send is dropped. DHCP goes to the controller.
 *   <li>{@link #SERVE}: only what comes from this host: ARP is answered, the first packet to a remote stub is held.
 *   <li>{@link #DELIVER}: by destination MAC address, to a device or into the tunnel to its host; what is for a port that is
 *       asleep here, to the controller.
 * </ol>
 */
public final class Pipeline {
    public static final int CLASSIFY = 0;
    public static final int SERVE = 1;
    public static final int DELIVER = 2;

    public static final String BRIDGE = "br-int";
    public static final String TUNNEL_DEVICE = "vxlan0";

    /** From a device of this host. */
    static final int FROM_HERE = 0;

    /** From the tunnel, straight from the host of the sender. */
    static final int FROM_TUNNEL = 1;

    /** From the tunnel, sent on by the receiver's previous host: never to be sent on again. */
    static final int FORWARDED = 2;

    /** Set in the tunnel's VNI on a packet that was sent on once. */
    public static final int FORWARDED_BIT = 0x80_0000;

    /** The address of every host's own end of the overlay, behind which exposed stubs are. */
    public static final MacAddress LOCAL_MAC = MacAddress.parse("02:5c:00:00:00:01");

    /** What answers for a network's DHCP server where no VM has its address. */
    public static final MacAddress SERVER_MAC = MacAddress.parse("02:5c:00:00:00:02");

    static final int PRIORITY_BLOCK = 1000;
    static final int PRIORITY_OWN_ARP = 120;
    static final int PRIORITY_DHCP = 110;
    static final int PRIORITY_NORMAL = 100;
    static final int PRIORITY_TRAP = 80;
    static final int PRIORITY_ARP_UNKNOWN = 50;
    static final int PRIORITY_DEFAULT = 1;

    /** At {@link #DELIVER}: the owner is elsewhere. Hides the delivery flows of a staged port. */
    static final int PRIORITY_REMOTE = 200;

    static final int PRIORITY_REMOTE_SPECIAL = 210;

    /** At {@link #DELIVER}: nothing reaches a staged port. */
    static final int PRIORITY_STAGED = 150;

    private static final long COOKIE_TAG = 0x5cL << 56;
    private static final long EPOCH_MASK = (1L << 56) - 1;

    private Pipeline() {}

    /** The cookie of the flows of a port's ownership since {@code epoch}; 0 for flows of no port. */
    public static long cookie(long epoch) {
        return COOKIE_TAG | (epoch & EPOCH_MASK);
    }
}
