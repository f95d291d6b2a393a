package io.supercloud.overlay.sdn;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Names;
import io.supercloud.core.SiteId;

/**
 * A stand-in address for a TCP service that is bound to one site.
 *
 * @param address in the network's subnet; of no port
 * @param tcpPort the first SYN to it, away from the site, is held and reported
 */
public record Stub(String name, String network, Ipv4 address, int tcpPort, SiteId site) {
    public Stub {
        Names.require("stub", name);
        if (tcpPort < 1 || tcpPort > 65_535) {
            throw new InvalidValueException("stub '%s': %d is not a TCP port".formatted(name, tcpPort));
        }
    }
}
