package io.supercloud.overlay.sdn;

import io.supercloud.core.Cidr;
import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.Owner;
import io.supercloud.core.SiteId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Hosts in memory, each with a device for every port, so that only the flows decide who hears what. */
final class Cluster {
    static final Network BLUE = network("blue", 1);
    static final Network RED = network("red", 2);

    final List<InMemoryHostNetwork> hosts = new ArrayList<>();
    final List<Peer> peers = new ArrayList<>();
    final List<StubTouch> touches = new ArrayList<>();

    Cluster(int hostCount) {
        InMemoryHostNetwork.Fabric fabric = new InMemoryHostNetwork.Fabric();
        for (int i = 0; i < hostCount; i++) {
            HostId id = host(i);
            InMemoryHostNetwork network = new InMemoryHostNetwork(id, fabric);
            network.onStubTouched(touches::add);
            hosts.add(network);
            peers.add(new Peer(id, new SiteId("s" + i), Ipv4.parse("172.31.0." + (i + 1))));
        }
    }

    private static Network network(String name, int vni) {
        return new Network(name, vni, Cidr.parse("10.0.0.0/24"), 1450, Optional.empty(), Optional.empty());
    }

    static HostId host(int index) {
        return new HostId("h" + index);
    }

    static Port port(String name, Network network, int address, int host) {
        Ipv4 ipv4 = network.subnet().base().plus(address);
        return new Port(
                new PortId(name),
                network.name(),
                MacAddress.of(ipv4),
                ipv4,
                new Owner(host(host), 1),
                Optional.empty(),
                Optional.empty(),
                name);
    }

    static Port staged(Port port, int host) {
        return new Port(
                port.id(),
                port.network(),
                port.mac(),
                port.address(),
                port.owner(),
                Optional.of(host(host)),
                port.previous(),
                port.hostName());
    }

    static Port switched(Port port) {
        return new Port(
                port.id(),
                port.network(),
                port.mac(),
                port.address(),
                port.owner().movedTo(port.staged().orElseThrow()),
                Optional.empty(),
                Optional.of(port.owner().host()),
                port.hostName());
    }

    static Port settled(Port port) {
        return new Port(
                port.id(),
                port.network(),
                port.mac(),
                port.address(),
                port.owner(),
                Optional.empty(),
                Optional.empty(),
                port.hostName());
    }

    Topology topology(List<Stub> stubs, Port... ports) {
        return new Topology(List.of(BLUE, RED), List.of(ports), peers, stubs);
    }

    void attachEverywhere(Topology topology) {
        for (InMemoryHostNetwork host : hosts) {
            for (Port port : topology.ports()) {
                host.attach(new Attachment.Tap(port.id()), BLUE, port.mac(), port.address());
            }
        }
    }

    void apply(Topology topology) {
        hosts.forEach(host -> host.apply(topology));
    }

    /** Who has heard something since the last call, as {@code port@host}, with repetitions. */
    List<String> heard(Topology topology) {
        List<String> heard = new ArrayList<>();
        for (int i = 0; i < hosts.size(); i++) {
            for (Port port : topology.ports()) {
                for (int frames = hosts.get(i).received(port.id()).size(); frames > 0; frames--) {
                    heard.add(port.id() + "@" + host(i));
                }
            }
        }
        return heard;
    }
}
