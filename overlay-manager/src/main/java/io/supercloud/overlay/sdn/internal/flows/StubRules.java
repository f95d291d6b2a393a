package io.supercloud.overlay.sdn.internal.flows;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.overlay.sdn.Port;
import io.supercloud.overlay.sdn.Stub;
import io.supercloud.overlay.sdn.internal.openflow.Field;
import io.supercloud.overlay.sdn.internal.openflow.Flow;
import io.supercloud.overlay.sdn.internal.openflow.Ports;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The flows of one stub. At its site, its address is behind the bridge's own device. Elsewhere a new connection is held
 * by the controller, and what belongs to one that was opened at the site goes back to the host where it was.
 */
final class StubRules {
    private static final int TCP_SYN = 0x002;
    private static final int TCP_SYN_AND_ACK = 0x012;
    private static final long COOKIE = Pipeline.cookie(0);

    private final CompilerScope scope;
    private final Set<Flow> flows;

    StubRules(CompilerScope scope, Set<Flow> flows) {
        this.scope = scope;
        this.flows = flows;
    }

    void add(Stub stub, List<Port> ports) {
        if (scope.isAt(scope.me(), stub.site())) {
            addHere(stub);
            return;
        }
        flows.add(new Rule(Pipeline.SERVE, Pipeline.PRIORITY_TRAP, COOKIE)
                .inNetwork(scope.vni(stub.network()))
                .protocol(Rule.IP_TCP)
                .match(Field.IPV4_DESTINATION, stub.address())
                .match(Field.TCP_DESTINATION, stub.tcpPort())
                .match(Field.TCP_FLAGS, TCP_SYN, TCP_SYN_AND_ACK)
                .output(Ports.CONTROLLER));
        Optional<HostId> usual = scope.hostOf(stub.site());
        usual.flatMap(scope::underlay)
                .ifPresent(underlay -> addPath(toStub(stub, Pipeline.PRIORITY_REMOTE), stub, underlay));
        for (Port port : ports) {
            if (port.network().equals(stub.network()) && port.owner().host().equals(scope.me())) {
                addReturn(stub, port, usual);
            }
        }
    }

    /** A VM that came from a host of the stub's site has its open connections there. */
    private void addReturn(Stub stub, Port port, Optional<HostId> usual) {
        port.previous()
                .filter(host -> scope.isAt(host, stub.site()) && !usual.equals(Optional.of(host)))
                .flatMap(scope::underlay)
                .ifPresent(underlay -> addPath(
                        toStub(stub, Pipeline.PRIORITY_REMOTE_SPECIAL).ipv4().match(Field.IPV4_SOURCE, port.address()),
                        stub,
                        underlay));
    }

    private void addPath(Rule rule, Stub stub, Ipv4 underlay) {
        flows.add(scope.intoTunnel(
                rule.match(Field.ORIGIN, Pipeline.FROM_HERE),
                scope.vni(stub.network()),
                underlay,
                scope.tunnel().orElseThrow()));
    }

    private void addHere(Stub stub) {
        int vni = scope.vni(stub.network());
        flows.add(toStub(stub, Pipeline.PRIORITY_NORMAL)
                .set(Field.ETH_DESTINATION, Pipeline.LOCAL_MAC)
                .output(Ports.LOCAL));
        flows.add(fromLocal()
                .ipv4()
                .match(Field.IPV4_SOURCE, stub.address())
                .set(Field.NETWORK, vni)
                .set(Field.ETH_SOURCE, MacAddress.of(stub.address()))
                .goTo(Pipeline.DELIVER));
        flows.add(fromLocal()
                .arp()
                .match(Field.ARP_SENDER_IP, stub.address())
                .set(Field.NETWORK, vni)
                .goTo(Pipeline.SERVE));
    }

    private static Rule fromLocal() {
        return new Rule(Pipeline.CLASSIFY, Pipeline.PRIORITY_NORMAL, COOKIE)
                .fromDevice(Ports.LOCAL)
                .match(Field.ETH_SOURCE, Pipeline.LOCAL_MAC);
    }

    private Rule toStub(Stub stub, int priority) {
        return new Rule(Pipeline.DELIVER, priority, COOKIE)
                .inNetwork(scope.vni(stub.network()))
                .match(Field.ETH_DESTINATION, MacAddress.of(stub.address()));
    }
}
