package io.supercloud.overlay.cloud.local;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import java.util.List;

/**
 * A site of the underlay.
 *
 * @param index 1 to {@link #MAX_INDEX}; its network is 198.18.{@code index}.0/24 (of RFC 2544's benchmarking range), that of
 *     its hosts' tunnel ends 198.19.{@code index}.0/24
 */
public record SiteSpec(SiteId id, int index) {
    public static final int MAX_INDEX = 250;

    private static final int NETWORK = 198 << 24 | 18 << 16;
    private static final int TUNNELS = 1 << 16;

    public SiteSpec {
        if (index < 1 || index > MAX_INDEX) {
            throw new InvalidValueException("site %s has index %d: use 1 to %d".formatted(id, index, MAX_INDEX));
        }
    }

    /** The router's address at site {@code index}. */
    public static Ipv4 gateway(int index) {
        return address(index, 1);
    }

    /** The address of number {@code number} at site {@code index}. */
    public static Ipv4 address(int index, int number) {
        return new Ipv4(NETWORK | index << 8 | number);
    }

    /** Where the tunnels of the host at {@code address} end. */
    public static Ipv4 tunnelAddress(Ipv4 address) {
        return new Ipv4(address.bits() | TUNNELS);
    }

    /** The site's two networks. */
    List<String> prefixes() {
        Ipv4 network = address(index, 0);
        return List.of(network + "/24", tunnelAddress(network) + "/24");
    }
}
