/**
 * The software-defined overlay of one host: turns a {@link io.supercloud.overlay.sdn.Topology} into the exact flows of the
 * host's own Open vSwitch and answers ARP and DHCP there.
 *
 * <p>Start with {@link io.supercloud.overlay.sdn.HostNetwork} (the port), {@link io.supercloud.overlay.sdn.OvsHostNetwork}
 * (real) and {@link io.supercloud.overlay.sdn.InMemoryHostNetwork} (the same flows, interpreted). Values are immutable;
 * a host network is safe for use by many threads and its methods block.
 */
package io.supercloud.overlay.sdn;
