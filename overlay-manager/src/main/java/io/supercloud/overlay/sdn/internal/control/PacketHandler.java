package io.supercloud.overlay.sdn.internal.control;

import io.supercloud.core.HostId;
import io.supercloud.overlay.sdn.OverlayException;
import io.supercloud.overlay.sdn.Port;
import io.supercloud.overlay.sdn.PortId;
import io.supercloud.overlay.sdn.StubTouch;
import io.supercloud.overlay.sdn.Topology;
import io.supercloud.overlay.sdn.internal.flows.DeviceNames;
import io.supercloud.overlay.sdn.internal.flows.Pipeline;
import io.supercloud.overlay.sdn.internal.openflow.PacketIn;
import io.supercloud.overlay.sdn.internal.services.Notices;
import io.supercloud.overlay.sdn.internal.services.PacketServices;
import io.supercloud.overlay.sdn.internal.services.PacketServices.Decision;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers packets that the switch hands up, by what was applied last. Never blocks. */
public final class PacketHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PacketHandler.class);

    private final HostId me;
    private final Notices<StubTouch> stubs;
    private final Notices<PortId> sleepers;
    private volatile View view = new View(Topology.EMPTY, Map.of());

    public PacketHandler(HostId me, Notices<StubTouch> stubs, Notices<PortId> sleepers) {
        this.me = me;
        this.stubs = stubs;
        this.sleepers = sleepers;
    }

    private record View(Topology topology, Map<Integer, Port> activePorts) {}

    void look(Topology topology, Map<String, Integer> ofports) {
        Map<Integer, Port> active = new HashMap<>();
        for (Port port : topology.ports()) {
            if (port.owner().host().equals(me)) {
                Integer number = ofports.get(DeviceNames.of(port.id()));
                if (number != null) {
                    active.put(number, port);
                }
            }
        }
        view = new View(topology, active);
    }

    /** The frame to send back, if any. */
    Optional<byte[]> handle(PacketIn packet) {
        View now = view;
        if (packet.table() == Pipeline.DELIVER) {
            PacketServices.sleeper(
                            now.topology(),
                            me,
                            packet.network(),
                            packet.packet().bytes())
                    .ifPresent(sleepers::touched);
            return Optional.empty();
        }
        Port port = now.activePorts().get(packet.port());
        if (port == null) {
            return Optional.empty();
        }
        try {
            return switch (PacketServices.decide(
                    now.topology(), port, packet.packet().bytes())) {
                case Decision.Answer answer -> Optional.of(answer.frame().bytes());
                case Decision.Touched touched -> {
                    stubs.touched(touched.touch());
                    yield Optional.empty();
                }
                case Decision.Nothing nothing -> Optional.empty();
            };
        } catch (OverlayException.Malformed nonsense) {
            LOG.debug("A packet of port {} is dropped: {}", port.id(), nonsense.getMessage());
            return Optional.empty();
        }
    }
}
