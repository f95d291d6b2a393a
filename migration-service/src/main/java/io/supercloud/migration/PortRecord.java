package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.overlay.sdn.Port;
import io.supercloud.overlay.sdn.PortId;
import java.util.Optional;

/**
 * A port of the overlay as the registry keeps it; its owner stands in the owner record beside it.
 *
 * @param moveFrom and moveTo the hosts of a move under way; both or none
 */
public record PortRecord(
        String name, String network, MacAddress mac, Ipv4 address, Optional<HostId> moveFrom, Optional<HostId> moveTo) {

    public static PortRecord resting(String name, String network, MacAddress mac, Ipv4 address) {
        return new PortRecord(name, network, mac, address, Optional.empty(), Optional.empty());
    }

    /** The record of a VM's port as it stands; throws where there is none. */
    static Registry.Entry entry(Registry registry, HostCall.MoveOrder order) {
        return registry.read(Paths.port(order.vm().value()))
                .orElseThrow(() -> new MigrationException("VM %s has no port".formatted(order.vm())));
    }

    public PortRecord moving(HostId from, HostId to) {
        return new PortRecord(name, network, mac, address, Optional.of(from), Optional.of(to));
    }

    public PortRecord resting() {
        return resting(name, network, mac, address);
    }

    /** Whether a move of the port is under way from or to a host. */
    public boolean moves(HostId host) {
        return moveFrom.filter(host::equals).isPresent()
                || moveTo.filter(host::equals).isPresent();
    }

    /** The overlay's view: before the owner change the target is staged, after it the source forwards stragglers. */
    public Port toPort(Owner owner) {
        boolean arrived = moveTo.filter(owner.host()::equals).isPresent();
        return new Port(
                new PortId(name),
                network,
                mac,
                address,
                owner,
                arrived ? Optional.empty() : moveTo,
                arrived ? moveFrom : Optional.empty(),
                name);
    }
}
