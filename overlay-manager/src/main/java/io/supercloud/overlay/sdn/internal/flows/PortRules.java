package io.supercloud.overlay.sdn.internal.flows;

import io.supercloud.core.Ipv4;
import io.supercloud.overlay.sdn.Port;
import io.supercloud.overlay.sdn.internal.openflow.Field;
import io.supercloud.overlay.sdn.internal.openflow.Flow;
import io.supercloud.overlay.sdn.internal.openflow.Ports;
import java.util.Optional;
import java.util.Set;

/**
 * The flows of one port, which is here, staged here, or elsewhere. A staged port already has the flows that it will have as
 * the owner's, of the next epoch, hidden by flows of higher priority: to activate it is to delete those.
 */
final class PortRules {
    private static final int DHCP_CLIENT = 68;
    private static final int DHCP_SERVER = 67;

    private final CompilerScope scope;
    private final Set<Flow> flows;

    PortRules(CompilerScope scope, Set<Flow> flows) {
        this.scope = scope;
        this.flows = flows;
    }

    void add(Port port) {
        long epoch = port.owner().epoch();
        if (port.owner().host().equals(scope.me())) {
            scope.device(port.id()).ifPresentOrElse(device -> addActive(port, device, epoch), () -> addTrap(port));
            return;
        }
        scope.underlay(port.owner().host()).ifPresent(underlay -> addRemote(port, underlay));
        if (port.staged().equals(Optional.of(scope.me()))) {
            scope.device(port.id()).ifPresent(device -> {
                addActive(port, device, epoch + 1);
                addBlocks(port, device);
            });
        }
    }

    private void addActive(Port port, int device, long epoch) {
        long cookie = Pipeline.cookie(epoch);
        flows.add(classify(Pipeline.PRIORITY_NORMAL, cookie, port, device)
                .ipv4()
                .match(Field.IPV4_SOURCE, port.address())
                .set(Field.NETWORK, scope.vni(port.network()))
                .goTo(Pipeline.SERVE));
        flows.add(arpFrom(port, device, cookie, port.address()));
        flows.add(arpFrom(port, device, cookie, new Ipv4(0)));
        flows.add(classify(Pipeline.PRIORITY_OWN_ARP, cookie, port, device)
                .arp()
                .match(Field.ARP_TARGET_IP, port.address())
                .drop());
        flows.add(classify(Pipeline.PRIORITY_DHCP, cookie, port, device)
                .protocol(Rule.IP_UDP)
                .match(Field.UDP_SOURCE, DHCP_CLIENT)
                .match(Field.UDP_DESTINATION, DHCP_SERVER)
                .output(Ports.CONTROLLER));
        flows.add(deliver(Pipeline.PRIORITY_NORMAL, cookie, port).output(device));
    }

    /** The first packet wakes whom it is for. */
    private void addTrap(Port port) {
        if (port.asleep()) {
            flows.add(deliver(
                            Pipeline.PRIORITY_NORMAL,
                            Pipeline.cookie(port.owner().epoch()),
                            port)
                    .ipv4()
                    .output(Ports.CONTROLLER));
        }
    }

    private Flow arpFrom(Port port, int device, long cookie, Ipv4 sender) {
        return classify(Pipeline.PRIORITY_NORMAL, cookie, port, device)
                .arp()
                .match(Field.ARP_SENDER_MAC, port.mac())
                .match(Field.ARP_SENDER_IP, sender)
                .set(Field.NETWORK, scope.vni(port.network()))
                .goTo(Pipeline.SERVE);
    }

    /** The owner is elsewhere: what comes from here goes there, and at its previous host what comes late, too. */
    private void addRemote(Port port, Ipv4 underlay) {
        long cookie = Pipeline.cookie(port.owner().epoch());
        int vni = scope.vni(port.network());
        flows.add(scope.intoTunnel(
                deliver(Pipeline.PRIORITY_REMOTE, cookie, port).match(Field.ORIGIN, Pipeline.FROM_HERE),
                vni,
                underlay,
                scope.tunnel().orElseThrow()));
        if (port.previous().equals(Optional.of(scope.me()))) {
            flows.add(scope.intoTunnel(
                    deliver(Pipeline.PRIORITY_REMOTE, cookie, port).match(Field.ORIGIN, Pipeline.FROM_TUNNEL),
                    vni | Pipeline.FORWARDED_BIT,
                    underlay,
                    Ports.IN_PORT));
        }
    }

    private void addBlocks(Port port, int device) {
        long cookie = Pipeline.cookie(port.owner().epoch());
        flows.add(new Rule(Pipeline.CLASSIFY, Pipeline.PRIORITY_BLOCK, cookie)
                .match(Field.IN_PORT, device)
                .drop());
        flows.add(deliver(Pipeline.PRIORITY_STAGED, cookie, port).drop());
    }

    private static Rule classify(int priority, long cookie, Port port, int device) {
        return new Rule(Pipeline.CLASSIFY, priority, cookie).fromDevice(device).match(Field.ETH_SOURCE, port.mac());
    }

    private Rule deliver(int priority, long cookie, Port port) {
        return new Rule(Pipeline.DELIVER, priority, cookie)
                .inNetwork(scope.vni(port.network()))
                .match(Field.ETH_DESTINATION, port.mac());
    }
}
