package io.supercloud.overlay.sdn.internal.control;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.supercloud.core.HostId;
import io.supercloud.overlay.sdn.Peer;
import io.supercloud.overlay.sdn.Topology;
import io.supercloud.overlay.sdn.internal.flows.Pipeline;
import io.supercloud.overlay.sdn.internal.openflow.Action;
import io.supercloud.overlay.sdn.internal.openflow.Field;
import io.supercloud.overlay.sdn.internal.openflow.SwitchSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * Sends a packet of no network into each tunnel, which the receiver drops. A userspace switch drops what it sends to an
 * underlay address before it knows the neighbour, and goes on dropping that flow until its next revalidation, up to half a
 * second later; this must not happen to the first packets after a move.
 */
final class TunnelWarmer {
    /** Neighbours are forgotten after 15 minutes without use; a move applies topologies before it switches. */
    private static final long INTERVAL_NANOS = 60_000_000_000L;

    private static final int NO_NETWORK = 0;
    private static final int ETH_EXPERIMENTAL = 0x88b5;
    private static final int LEAST_FRAME_BYTES = 60;
    private static final byte[] FRAME = frame();

    private final LongSupplier nanoTime;
    private final Map<Peer, Long> warmedNanos = new HashMap<>();

    TunnelWarmer(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    void forget() {
        warmedNanos.clear();
    }

    void warm(SwitchSession session, Topology topology, HostId me, Map<String, Integer> ofports) {
        Integer tunnel = ofports.get(Pipeline.TUNNEL_DEVICE);
        long now = nanoTime.getAsLong();
        warmedNanos.keySet().retainAll(topology.peers());
        for (Peer peer : topology.peers()) {
            Long last = warmedNanos.get(peer);
            boolean due = last == null || now - last >= INTERVAL_NANOS;
            if (tunnel != null && due && !peer.host().equals(me)) {
                warmedNanos.put(peer, now);
                session.send(
                        List.of(
                                Action.SetField.of(Field.TUNNEL_ID, NO_NETWORK),
                                Action.SetField.of(
                                        Field.TUNNEL_DESTINATION,
                                        Integer.toUnsignedLong(peer.underlay().bits())),
                                Action.Output.to(tunnel)),
                        FRAME);
            }
        }
    }

    private static byte[] frame() {
        byte[] address = Pipeline.LOCAL_MAC.toBytes();
        return ByteBufUtil.getBytes(Unpooled.buffer()
                .writeBytes(address)
                .writeBytes(address)
                .writeShort(ETH_EXPERIMENTAL)
                .writeZero(LEAST_FRAME_BYTES - 2 * address.length - Short.BYTES));
    }
}
