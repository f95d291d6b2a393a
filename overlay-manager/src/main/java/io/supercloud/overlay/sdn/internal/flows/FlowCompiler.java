package io.supercloud.overlay.sdn.internal.flows;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.overlay.sdn.Port;
import io.supercloud.overlay.sdn.PortId;
import io.supercloud.overlay.sdn.Stub;
import io.supercloud.overlay.sdn.Topology;
import io.supercloud.overlay.sdn.internal.openflow.Field;
import io.supercloud.overlay.sdn.internal.openflow.Flow;
import io.supercloud.overlay.sdn.internal.openflow.Ports;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/** Turns a topology into the exact set of flows of one host. */
public final class FlowCompiler {
    private static final int ARP_REQUEST = 1;
    private static final int ARP_REPLY = 2;
    private static final long OF_NO_PORT = Pipeline.cookie(0);

    private final Topology topology;
    private final CompilerScope scope;
    private final Set<Flow> flows = new LinkedHashSet<>();

    private FlowCompiler(Topology topology, CompilerScope scope) {
        this.topology = topology;
        this.scope = scope;
    }

    /**
     * The flows that {@code me} must have.
     *
     * @param ofports the numbers of the switch's devices by their names; what is not there gets no traffic
     */
    public static Set<Flow> compile(Topology topology, HostId me, Map<String, Integer> ofports) {
        CompilerScope scope = CompilerScope.of(topology, me, ofports);
        FlowCompiler compiler = new FlowCompiler(topology, scope);
        compiler.compileNetworks();
        PortRules ports = new PortRules(scope, compiler.flows);
        topology.ports().forEach(ports::add);
        StubRules stubs = new StubRules(scope, compiler.flows);
        for (Stub stub : topology.stubs()) {
            stubs.add(stub, topology.ports());
        }
        compiler.compileArp();
        return compiler.flows;
    }

    /** The flows that each port with a device of this host has as its owner's. */
    public static Map<PortId, Set<Flow>> active(Topology topology, HostId me, Map<String, Integer> ofports) {
        CompilerScope scope = CompilerScope.of(topology, me, ofports);
        Map<PortId, Set<Flow>> active = new HashMap<>();
        for (Port port : topology.ports()) {
            if (port.owner().host().equals(me) && scope.device(port.id()).isPresent()) {
                Set<Flow> own = new HashSet<>();
                new PortRules(scope, own).add(port);
                active.put(port.id(), own);
            }
        }
        return active;
    }

    private void compileNetworks() {
        for (Network network : topology.networks()) {
            if (scope.tunnel().isPresent()) {
                flows.add(fromTunnel(network.vni(), network.vni(), Pipeline.FROM_TUNNEL));
                flows.add(fromTunnel(network.vni() | Pipeline.FORWARDED_BIT, network.vni(), Pipeline.FORWARDED));
            }
        }
        flows.add(new Rule(Pipeline.SERVE, Pipeline.PRIORITY_ARP_UNKNOWN, OF_NO_PORT)
                .arp()
                .drop());
        flows.add(new Rule(Pipeline.SERVE, Pipeline.PRIORITY_DEFAULT, OF_NO_PORT).goTo(Pipeline.DELIVER));
    }

    private Flow fromTunnel(int tunnelId, int vni, int origin) {
        return new Rule(Pipeline.CLASSIFY, Pipeline.PRIORITY_NORMAL, OF_NO_PORT)
                .match(Field.IN_PORT, scope.tunnel().orElseThrow())
                .match(Field.TUNNEL_ID, tunnelId)
                .set(Field.NETWORK, vni)
                .set(Field.ORIGIN, origin)
                .goTo(Pipeline.DELIVER);
    }

    /** Wherever it is: every address of the topology is answered for; the DHCP server's too, where nobody has it. */
    private void compileArp() {
        Map<Integer, Set<Ipv4>> taken = new HashMap<>();
        for (Port port : topology.ports()) {
            answerArp(scope.vni(port.network()), port.address(), port.mac(), taken);
        }
        for (Stub stub : topology.stubs()) {
            answerArp(scope.vni(stub.network()), stub.address(), MacAddress.of(stub.address()), taken);
        }
        for (Network network : topology.networks()) {
            if (!taken.getOrDefault(network.vni(), Set.of()).contains(network.serverAddress())) {
                answerArp(network.vni(), network.serverAddress(), Pipeline.SERVER_MAC, taken);
            }
        }
    }

    private void answerArp(int vni, Ipv4 address, MacAddress mac, Map<Integer, Set<Ipv4>> taken) {
        taken.computeIfAbsent(vni, key -> new HashSet<>()).add(address);
        flows.add(new Rule(Pipeline.SERVE, Pipeline.PRIORITY_NORMAL, OF_NO_PORT)
                .inNetwork(vni)
                .arp()
                .match(Field.ARP_OPERATION, ARP_REQUEST)
                .match(Field.ARP_TARGET_IP, address)
                .copy(Field.ETH_SOURCE, Field.ETH_DESTINATION)
                .set(Field.ETH_SOURCE, mac)
                .set(Field.ARP_OPERATION, ARP_REPLY)
                .copy(Field.ARP_SENDER_MAC, Field.ARP_TARGET_MAC)
                .copy(Field.ARP_SENDER_IP, Field.ARP_TARGET_IP)
                .set(Field.ARP_SENDER_MAC, mac)
                .set(Field.ARP_SENDER_IP, address)
                .output(Ports.IN_PORT));
    }
}
