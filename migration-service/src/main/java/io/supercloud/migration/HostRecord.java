package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * A host that has joined.
 *
 * @param underlay where the other hosts and the manager reach it
 * @param tunnels where its tunnels end; the same, unless its switch has an address of its own
 * @param rpcPort the TCP port of its agent
 * @param tunnelKey the public key of its tunnels, in base64, where they are encrypted
 */
public record HostRecord(
        HostId host, SiteId site, Ipv4 underlay, Ipv4 tunnels, int rpcPort, Optional<String> tunnelKey) {
    /** One whose tunnels are not encrypted. */
    public HostRecord(HostId host, SiteId site, Ipv4 underlay, Ipv4 tunnels, int rpcPort) {
        this(host, site, underlay, tunnels, rpcPort, Optional.empty());
    }

    public InetSocketAddress rpcAddress() {
        return new InetSocketAddress(underlay.toString(), rpcPort);
    }
}
