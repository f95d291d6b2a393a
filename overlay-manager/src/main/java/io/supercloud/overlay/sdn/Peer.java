package io.supercloud.overlay.sdn;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;

/**
 * A host of the overlay.
 *
 * @param underlay where its VXLAN tunnel ends
 */
public record Peer(HostId host, SiteId site, Ipv4 underlay) {}
