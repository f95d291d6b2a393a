package io.supercloud.migration;

import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import io.supercloud.overlay.sdn.Stub;

/**
 * A network stub: an overlay address that stands for a TCP service bound to one site.
 *
 * @param address and {@code tcpPort} where VMs find it in the overlay
 * @param serviceAddress and {@code servicePort} where hosts of the site reach the real service on the underlay
 */
public record StubRecord(
        String name, String network, Ipv4 address, int tcpPort, SiteId site, Ipv4 serviceAddress, int servicePort) {
    public Stub toStub() {
        return new Stub(name, network, address, tcpPort, site);
    }
}
