package io.supercloud.overlay.sdn.internal.services;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.overlay.sdn.Port;
import io.supercloud.overlay.sdn.PortId;
import io.supercloud.overlay.sdn.Stub;
import io.supercloud.overlay.sdn.StubTouch;
import io.supercloud.overlay.sdn.Topology;
import io.supercloud.overlay.sdn.internal.flows.Pipeline;
import io.supercloud.overlay.sdn.internal.openflow.Payload;
import java.util.Optional;

/** Decides what to do with a packet that the switch handed up for one of this host's ports. */
public final class PacketServices {
    private static final int ETHERNET_BYTES = 14;
    private static final int PROTOCOL_AT = ETHERNET_BYTES + 9;
    private static final int TARGET_AT = ETHERNET_BYTES + 16;
    private static final int LEAST_BYTES = ETHERNET_BYTES + 20 + 20;
    private static final int PROTOCOL_TCP = 6;
    private static final int SERVER_PORT = 67;
    private static final int CLIENT_PORT = 68;
    private static final Ipv4 EVERYBODY = new Ipv4(-1);

    private PacketServices() {}

    /** What to do. */
    public sealed interface Decision {
        /** Send {@code frame} back to the VM. */
        record Answer(Payload frame) implements Decision {}

        /** Tell of it; the packet stays dropped. */
        record Touched(StubTouch touch) implements Decision {}

        record Nothing() implements Decision {}
    }

    /**
     * What to do with {@code frame}.
     *
     * @param port whose VM sent {@code frame}; active on this host
     * @throws io.supercloud.overlay.sdn.OverlayException.Malformed where the VM sent nonsense
     */
    public static Decision decide(Topology topology, Port port, byte[] frame) {
        if (frame.length >= LEAST_BYTES && frame[PROTOCOL_AT] == PROTOCOL_TCP) {
            return touched(topology, port, frame);
        }
        UdpFrame request = UdpFrame.read(frame);
        Network network = topology.networks().stream()
                .filter(candidate -> candidate.name().equals(port.network()))
                .findFirst()
                .orElseThrow();
        if (request.targetPort() != SERVER_PORT) {
            return new Decision.Nothing();
        }
        DhcpMessage message =
                DhcpMessage.read(Unpooled.wrappedBuffer(request.data().bytes()));
        Optional<DhcpMessage> reply = DhcpResponder.answer(message, network, port);
        return reply.isPresent()
                ? new Decision.Answer(new Payload(frame(reply.get(), request, network, port)))
                : new Decision.Nothing();
    }

    /** Whom {@code frame} would wake: a port of {@code me} that is asleep. */
    public static Optional<PortId> sleeper(Topology topology, HostId me, long vni, byte[] frame) {
        if (frame.length < ETHERNET_BYTES) {
            return Optional.empty();
        }
        long target = Unpooled.wrappedBuffer(frame).getLong(0) >>> Short.SIZE;
        return topology.ports().stream()
                .filter(port -> port.asleep()
                        && port.owner().host().equals(me)
                        && port.mac().bits() == target
                        && topology.networks().stream()
                                .anyMatch(network -> network.name().equals(port.network()) && network.vni() == vni))
                .map(Port::id)
                .findFirst();
    }

    private static Decision touched(Topology topology, Port port, byte[] frame) {
        int transport = ETHERNET_BYTES + 4 * (frame[ETHERNET_BYTES] & 0xf);
        ByteBuf in = Unpooled.wrappedBuffer(frame);
        if (transport + 4 > frame.length) {
            return new Decision.Nothing();
        }
        Ipv4 target = new Ipv4(in.getInt(TARGET_AT));
        int tcpPort = in.getUnsignedShort(transport + 2);
        for (Stub stub : topology.stubs()) {
            if (stub.network().equals(port.network()) && stub.address().equals(target) && stub.tcpPort() == tcpPort) {
                return new Decision.Touched(new StubTouch(port.id(), stub.name()));
            }
        }
        return new Decision.Nothing();
    }

    private static byte[] frame(DhcpMessage reply, UdpFrame request, Network network, Port port) {
        ByteBuf data = Unpooled.buffer();
        reply.write(data);
        Ipv4 target = reply.broadcast() ? EVERYBODY : reply.client().bits() != 0 ? reply.client() : reply.yours();
        MacAddress server = request.targetMac().bits() == 0xffff_ffff_ffffL ? Pipeline.SERVER_MAC : request.targetMac();
        return new UdpFrame(
                        server,
                        port.mac(),
                        network.serverAddress(),
                        target,
                        SERVER_PORT,
                        CLIENT_PORT,
                        new Payload(ByteBufUtil.getBytes(data)))
                .toBytes();
    }
}
