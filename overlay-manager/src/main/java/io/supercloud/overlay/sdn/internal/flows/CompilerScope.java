package io.supercloud.overlay.sdn.internal.flows;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.overlay.sdn.Peer;
import io.supercloud.overlay.sdn.PortId;
import io.supercloud.overlay.sdn.Topology;
import io.supercloud.overlay.sdn.internal.openflow.Field;
import io.supercloud.overlay.sdn.internal.openflow.Flow;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the rules of one compilation look up. */
record CompilerScope(HostId me, Map<HostId, Peer> peers, Map<String, Integer> vnis, Map<String, Integer> ofports) {
    static CompilerScope of(Topology topology, HostId me, Map<String, Integer> ofports) {
        Map<HostId, Peer> peers = new HashMap<>();
        topology.peers().forEach(peer -> peers.put(peer.host(), peer));
        Map<String, Integer> vnis = new HashMap<>();
        for (Network network : topology.networks()) {
            vnis.put(network.name(), network.vni());
        }
        return new CompilerScope(me, peers, vnis, ofports);
    }

    int vni(String network) {
        return vnis.get(network);
    }

    Optional<Integer> tunnel() {
        return Optional.ofNullable(ofports.get(Pipeline.TUNNEL_DEVICE));
    }

    Optional<Integer> device(PortId port) {
        return Optional.ofNullable(ofports.get(DeviceNames.of(port)));
    }

    /** Where the tunnel to {@code host} ends; empty where it cannot be reached from here. */
    Optional<Ipv4> underlay(HostId host) {
        return host.equals(me) || tunnel().isEmpty()
                ? Optional.empty()
                : Optional.ofNullable(peers.get(host)).map(Peer::underlay);
    }

    boolean isAt(HostId host, SiteId site) {
        Peer peer = peers.get(host);
        return peer != null && peer.site().equals(site);
    }

    /** The host that connections to a stub of {@code site} go to from outside: the first by name. */
    Optional<HostId> hostOf(SiteId site) {
        return peers.values().stream()
                .filter(peer -> peer.site().equals(site))
                .map(Peer::host)
                .min(Comparator.comparing(HostId::value));
    }

    /** Completes {@code rule}: what it matches goes into the tunnel to {@code underlay}. */
    Flow intoTunnel(Rule rule, int tunnelId, Ipv4 underlay, int outPort) {
        return rule.set(Field.TUNNEL_ID, tunnelId)
                .set(Field.TUNNEL_DESTINATION, underlay)
                .output(outPort);
    }
}
