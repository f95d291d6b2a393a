package io.supercloud.overlay.sdn.internal.control;

import io.supercloud.core.HostId;
import io.supercloud.overlay.sdn.OverlayException;
import io.supercloud.overlay.sdn.Port;
import io.supercloud.overlay.sdn.Topology;
import io.supercloud.overlay.sdn.internal.flows.DeviceNames;
import io.supercloud.overlay.sdn.internal.openflow.PacketIn;
import io.supercloud.overlay.sdn.internal.services.PacketServices;
import io.supercloud.overlay.sdn.internal.services.PacketServices.Decision;
import io.supercloud.overlay.sdn.internal.services.StubNotices;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers packets that the switch hands up, by what was applied last. Never blocks. */
public final class PacketHandler {
    private static final Logger LOG = LoggerFactory.getLogger(PacketHandler.class);

    private final StubNotices notices;
    private volatile View view = new View(Topology.EMPTY, Map.of());

    public PacketHandler(StubNotices notices) {
        this.notices = notices;
    }

    private record View(Topology topology, Map<Integer, Port> activePorts) {}

    void look(Topology topology, HostId me, Map<String, Integer> ofports) {
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
        Port port = now.activePorts().get(packet.port());
        if (port == null) {
            return Optional.empty();
        }
        try {
            return switch (PacketServices.decide(
                    now.topology(), port, packet.packet().bytes())) {
                case Decision.Answer answer -> Optional.of(answer.frame().bytes());
                case Decision.Touched touched -> {
                    notices.touched(touched.touch());
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
