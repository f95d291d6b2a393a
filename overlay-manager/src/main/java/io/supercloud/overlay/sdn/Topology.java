package io.supercloud.overlay.sdn;

import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * All that a host must know to forward. Checked when made: names, VNIs and hosts are unique, networks are known, and
 * addresses and MAC addresses are unique within their network (networks may overlap; stub addresses are unique
 * everywhere, because they live in the hosts' own address space). A stub answers ARP with {@link MacAddress#of}.
 */
public record Topology(List<Network> networks, List<Port> ports, List<Peer> peers, List<Stub> stubs) {
    public static final Topology EMPTY = new Topology(List.of(), List.of(), List.of(), List.of());

    public Topology {
        networks = List.copyOf(networks);
        ports = List.copyOf(ports);
        peers = List.copyOf(peers);
        stubs = List.copyOf(stubs);
        new Check(networks).run(ports, peers, stubs);
    }

    private record InNetwork(String network, Object value) {}

    private static final class Check {
        private final Map<String, Network> byName = new HashMap<>();
        private final Set<InNetwork> addresses = new HashSet<>();
        private final Set<InNetwork> macs = new HashSet<>();

        Check(List<Network> networks) {
            Set<Integer> vnis = new HashSet<>();
            for (Network network : networks) {
                unique("network name", network.name(), byName.put(network.name(), network) == null);
                unique("VNI", network.vni(), vnis.add(network.vni()));
            }
        }

        void run(List<Port> ports, List<Peer> peers, List<Stub> stubs) {
            Set<PortId> ids = new HashSet<>();
            for (Port port : ports) {
                unique("port", port.id(), ids.add(port.id()));
                place("port", port.id(), port.network(), port.address(), port.mac());
            }
            Set<HostId> hosts = new HashSet<>();
            for (Peer peer : peers) {
                unique("host", peer.host(), hosts.add(peer.host()));
            }
            Set<String> names = new HashSet<>();
            Set<Ipv4> stubAddresses = new HashSet<>();
            for (Stub stub : stubs) {
                unique("stub", stub.name(), names.add(stub.name()));
                unique("stub address", stub.address(), stubAddresses.add(stub.address()));
                place("stub", stub.name(), stub.network(), stub.address(), MacAddress.of(stub.address()));
            }
        }

        private void place(String kind, Object id, String networkName, Ipv4 address, MacAddress mac) {
            Network network = byName.get(networkName);
            if (network == null) {
                throw new InvalidValueException("%s '%s' is in network '%s', which the topology does not have"
                        .formatted(kind, id, networkName));
            }
            if (!network.holds(address)) {
                throw new InvalidValueException("%s '%s': %s is not a usable address of network '%s' (%s)"
                        .formatted(kind, id, address, networkName, network.subnet()));
            }
            if ((mac.bits() >>> 40 & 1) != 0 || mac.bits() == 0) {
                throw new InvalidValueException("%s '%s': %s is not a unicast address".formatted(kind, id, mac));
            }
            unique(
                    "address in network '" + networkName + "'",
                    address,
                    addresses.add(new InNetwork(networkName, address)));
            unique("MAC address in network '" + networkName + "'", mac, macs.add(new InNetwork(networkName, mac)));
        }

        private static void unique(String kind, Object value, boolean isNew) {
            if (!isNew) {
                throw new InvalidValueException("the topology has %s '%s' twice".formatted(kind, value));
            }
        }
    }
}
