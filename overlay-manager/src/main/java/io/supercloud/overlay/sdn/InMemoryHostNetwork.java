package io.supercloud.overlay.sdn;

import io.supercloud.core.Cidr;
import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.overlay.sdn.internal.flows.DeviceNames;
import io.supercloud.overlay.sdn.internal.flows.FlowCompiler;
import io.supercloud.overlay.sdn.internal.flows.FlowInterpreter;
import io.supercloud.overlay.sdn.internal.flows.FlowInterpreter.Arrival;
import io.supercloud.overlay.sdn.internal.flows.FlowInterpreter.Departure;
import io.supercloud.overlay.sdn.internal.flows.Pipeline;
import io.supercloud.overlay.sdn.internal.openflow.Payload;
import io.supercloud.overlay.sdn.internal.openflow.Ports;
import io.supercloud.overlay.sdn.internal.services.PacketServices;
import io.supercloud.overlay.sdn.internal.services.PacketServices.Decision;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hosts whose switches are interpreted: frames take the way that the compiled flows say, at once, through a
 * {@link Fabric} that carries tunnels. Touches of stubs and sleepers are told at once, each of them, on the sender's thread.
 */
public final class InMemoryHostNetwork implements HostNetwork {
    private static final Logger LOG = LoggerFactory.getLogger(InMemoryHostNetwork.class);
    private static final int TUNNEL = 1;
    private static final int MAX_KEPT_FRAMES = 1_024;

    private final HostId me;
    private final Fabric fabric;
    private final Map<String, Integer> ofports = new LinkedHashMap<>();
    private final Map<Integer, Deque<byte[]>> received = new HashMap<>();
    private final Map<Ipv4, Cidr> exposed = new HashMap<>();
    private Topology topology = Topology.EMPTY;
    private FlowInterpreter flows = new FlowInterpreter(List.of());
    private Consumer<StubTouch> listener = touch -> {};
    private Consumer<PortId> sleepers = port -> {};
    private final Map<Integer, Long> frames = new HashMap<>();
    private int nextNumber = TUNNEL + 1;

    /** The underlay between hosts. */
    public static final class Fabric {
        private final Map<HostId, InMemoryHostNetwork> hosts = new ConcurrentHashMap<>();
    }

    public InMemoryHostNetwork(HostId me) {
        this(me, new Fabric());
    }

    public InMemoryHostNetwork(HostId me, Fabric fabric) {
        this.me = me;
        this.fabric = fabric;
        ofports.put(Pipeline.TUNNEL_DEVICE, TUNNEL);
        fabric.hosts.put(me, this);
    }

    @Override
    public synchronized String attach(Attachment attachment, Network network, MacAddress mac, Ipv4 address) {
        String device = DeviceNames.of(attachment.port());
        if (!ofports.containsKey(device)) {
            ofports.put(device, nextNumber++);
            compile();
        }
        return device;
    }

    @Override
    public synchronized void detach(PortId port) {
        Integer number = ofports.remove(DeviceNames.of(port));
        if (number != null) {
            received.remove(number);
            compile();
        }
    }

    @Override
    public synchronized void apply(Topology next) {
        topology = next;
        compile();
    }

    private void compile() {
        flows = new FlowInterpreter(FlowCompiler.compile(topology, me, ofports));
    }

    /** The VM of an attached port sends an Ethernet frame. */
    public void send(PortId port, byte[] frame) {
        arrive(number(port), 0, frame);
    }

    /** The exposed stub's proxy sends an Ethernet frame. */
    public void sendFromStub(byte[] frame) {
        arrive(Ports.LOCAL, 0, frame);
    }

    /** The frames that have reached an attached port since the last call. */
    public List<byte[]> received(PortId port) {
        return take(number(port));
    }

    /** The frames that have reached exposed stubs since the last call. */
    public List<byte[]> receivedByStubs() {
        return take(Ports.LOCAL);
    }

    private synchronized int number(PortId port) {
        Integer number = ofports.get(DeviceNames.of(port));
        if (number == null) {
            throw new OverlayException("port '%s' is not attached to host '%s'".formatted(port, me));
        }
        return number;
    }

    private synchronized List<byte[]> take(int number) {
        Deque<byte[]> frames = received.remove(number);
        return frames == null ? List.of() : List.copyOf(frames);
    }

    /** The lock is not held while a frame is on its way to another host. */
    private void arrive(int port, long tunnelId, byte[] frame) {
        List<Departure> toPeers = new ArrayList<>();
        synchronized (this) {
            frames.merge(port, 1L, Long::sum);
            for (Departure departure : flows.run(new Arrival(port, tunnelId, new Payload(frame)))) {
                if (departure.port() == TUNNEL) {
                    toPeers.add(departure);
                } else if (departure.port() == Ports.CONTROLLER) {
                    serve(port, tunnelId, departure.frame().bytes());
                } else {
                    keep(departure.port(), departure.frame().bytes());
                }
            }
        }
        for (Departure departure : toPeers) {
            InMemoryHostNetwork peer = peerAt(departure.tunnelDestination());
            if (peer != null) {
                peer.arrive(TUNNEL, departure.tunnelId(), departure.frame().bytes());
            }
        }
    }

    private synchronized InMemoryHostNetwork peerAt(Ipv4 underlay) {
        return topology.peers().stream()
                .filter(peer -> peer.underlay().equals(underlay))
                .findFirst()
                .map(peer -> fabric.hosts.get(peer.host()))
                .orElse(null);
    }

    private void keep(int number, byte[] frame) {
        if (number == Ports.LOCAL && exposed.isEmpty()) {
            return;
        }
        frames.merge(number, 1L, Long::sum);
        Deque<byte[]> kept = received.computeIfAbsent(number, key -> new ArrayDeque<>());
        if (kept.size() < MAX_KEPT_FRAMES) {
            kept.add(frame);
        }
    }

    /** A frame from a tunnel can be for nobody but a sleeper. */
    private void serve(int number, long tunnelId, byte[] frame) {
        long vni = number == TUNNEL ? tunnelId & ~Pipeline.FORWARDED_BIT : vni(number);
        Optional<PortId> sleeper = PacketServices.sleeper(topology, me, vni, frame)
                .filter(port -> !ofports.containsKey(DeviceNames.of(port)));
        if (sleeper.isPresent()) {
            sleepers.accept(sleeper.get());
        } else {
            serve(number, frame);
        }
    }

    private long vni(int number) {
        return topology.ports().stream()
                .filter(port -> Integer.valueOf(number).equals(ofports.get(DeviceNames.of(port.id()))))
                .flatMap(port -> topology.networks().stream()
                        .filter(network -> network.name().equals(port.network())))
                .mapToLong(Network::vni)
                .findFirst()
                .orElse(0);
    }

    private void serve(int number, byte[] frame) {
        topology.ports().stream()
                .filter(port -> Integer.valueOf(number).equals(ofports.get(DeviceNames.of(port.id()))))
                .findFirst()
                .ifPresent(port -> serve(port, number, frame));
    }

    private void serve(Port port, int number, byte[] frame) {
        try {
            switch (PacketServices.decide(topology, port, frame)) {
                case Decision.Answer answer -> keep(number, answer.frame().bytes());
                case Decision.Touched touched -> listener.accept(touched.touch());
                case Decision.Nothing nothing -> {}
            }
        } catch (OverlayException.Malformed nonsense) {
            LOG.debug("A packet of port {} is dropped: {}", port.id(), nonsense.getMessage());
        }
    }

    @Override
    public synchronized void onStubTouched(Consumer<StubTouch> next) {
        listener = next;
    }

    @Override
    public synchronized void onSleeperTouched(Consumer<PortId> next) {
        sleepers = next;
    }

    @Override
    public synchronized Map<PortId, Long> frames() {
        Map<PortId, Long> found = new HashMap<>();
        FlowCompiler.active(topology, me, ofports)
                .keySet()
                .forEach(port -> found.put(port, frames.getOrDefault(ofports.get(DeviceNames.of(port)), 0L)));
        return found;
    }

    @Override
    public synchronized OptionalLong untaken(PortId port) {
        Integer number = ofports.get(DeviceNames.of(port));
        return number == null
                ? OptionalLong.empty()
                : OptionalLong.of(
                        received.getOrDefault(number, new ArrayDeque<>()).size());
    }

    @Override
    public synchronized void exposeStub(Ipv4 address, Cidr network) {
        exposed.put(address, network);
    }

    @Override
    public synchronized void concealStub(Ipv4 address) {
        exposed.remove(address);
    }

    @Override
    public boolean connected() {
        return true;
    }

    @Override
    public List<String> problems() {
        return List.of();
    }

    @Override
    public void close() {
        fabric.hosts.remove(me, this);
    }
}
