package io.supercloud.overlay.sdn;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.Names;
import io.supercloud.core.Owner;
import java.util.Optional;

/**
 * Where a VM's attachment is, and where it is about to go.
 *
 * @param owner the only host at which the port is active, and since which epoch
 * @param staged the host that has the port's flows installed but blocked, ready to become the owner
 * @param previous the host that sends stragglers on to the owner
 * @param hostName told to the VM by DHCP; a DNS label
 * @param asleep whether the owner has no device for it until a packet comes
 */
public record Port(
        PortId id,
        String network,
        MacAddress mac,
        Ipv4 address,
        Owner owner,
        Optional<HostId> staged,
        Optional<HostId> previous,
        String hostName,
        boolean asleep) {
    public Port {
        Names.require("host name", hostName);
    }

    /** A port that is awake. */
    public Port(
            PortId id,
            String network,
            MacAddress mac,
            Ipv4 address,
            Owner owner,
            Optional<HostId> staged,
            Optional<HostId> previous,
            String hostName) {
        this(id, network, mac, address, owner, staged, previous, hostName, false);
    }

    public Port asleep(boolean now) {
        return new Port(id, network, mac, address, owner, staged, previous, hostName, now);
    }
}
