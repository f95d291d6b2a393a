package io.supercloud.overlay.sdn;

import io.supercloud.core.Cidr;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Names;
import java.util.Optional;

/**
 * One overlay segment with one subnet.
 *
 * @param vni the VXLAN network identifier, 1 to {@link #MAX_VNI}; the highest bit of the 24 marks forwarded stragglers
 * @param mtu the largest IP packet of a VM, in bytes
 * @param router told to VMs by DHCP; in the subnet
 * @param dns told to VMs by DHCP
 */
public record Network(String name, int vni, Cidr subnet, int mtu, Optional<Ipv4> router, Optional<Ipv4> dns) {
    public static final int MAX_VNI = 0x7f_ffff;
    private static final int MIN_MTU_BYTES = 576;
    private static final int MAX_MTU_BYTES = 9_000;
    private static final int LONGEST_PREFIX = 30;

    public Network {
        Names.require("network", name);
        if (vni < 1 || vni > MAX_VNI) {
            throw new InvalidValueException("network '%s': VNI %d is not within 1 to %d".formatted(name, vni, MAX_VNI));
        }
        if (subnet.length() < 1 || subnet.length() > LONGEST_PREFIX) {
            throw new InvalidValueException("network '%s': subnet %s must have a prefix of 1 to %d bits"
                    .formatted(name, subnet, LONGEST_PREFIX));
        }
        if (mtu < MIN_MTU_BYTES || mtu > MAX_MTU_BYTES) {
            throw new InvalidValueException("network '%s': an MTU of %d bytes is not within %d to %d"
                    .formatted(name, mtu, MIN_MTU_BYTES, MAX_MTU_BYTES));
        }
        if (router.isPresent() && !subnet.contains(router.get())) {
            throw new InvalidValueException(
                    "network '%s': router %s is not in subnet %s".formatted(name, router.get(), subnet));
        }
    }

    /** The address that DHCP answers come from: the router's, else the subnet's first. */
    public Ipv4 serverAddress() {
        return router.orElse(subnet.base().plus(1));
    }

    /** Whether a VM or stub can have this address: in the subnet, neither its base nor its broadcast address. */
    public boolean holds(Ipv4 address) {
        long offset = Integer.toUnsignedLong(address.bits() - subnet.base().bits());
        return subnet.contains(address) && offset != 0 && offset != subnet.size() - 1;
    }
}
