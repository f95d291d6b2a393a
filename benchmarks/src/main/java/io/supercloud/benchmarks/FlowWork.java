package io.supercloud.benchmarks;

import io.supercloud.core.Cidr;
import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.Owner;
import io.supercloud.core.SiteId;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.overlay.sdn.Peer;
import io.supercloud.overlay.sdn.Port;
import io.supercloud.overlay.sdn.PortId;
import io.supercloud.overlay.sdn.Topology;
import io.supercloud.overlay.sdn.internal.flows.DeviceNames;
import io.supercloud.overlay.sdn.internal.flows.FlowCompiler;
import io.supercloud.overlay.sdn.internal.flows.FlowDiff;
import io.supercloud.overlay.sdn.internal.flows.Pipeline;
import io.supercloud.overlay.sdn.internal.openflow.Flow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/**
 * The flows of one of eight hosts, with ports spread over all of them by seed, before and after one of its ports has
 * moved away. Public for JMH, whose generated code extends it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
public class FlowWork {
    private static final int HOSTS = 8;
    private static final Network NETWORK =
            new Network("tenant", 4242, Cidr.parse("10.42.0.0/16"), 1450, Optional.empty(), Optional.empty());
    private static final HostId ME = host(0);

    @Param({"10", "200", "2000"})
    private int ports;

    @Param("1")
    private long seed;

    private Topology before;
    private Topology after;
    private final Map<String, Integer> devices = new HashMap<>();
    private Set<Flow> present;
    private Set<Flow> wanted;

    @Setup
    public void prepare() {
        SplittableRandom random = new SplittableRandom(seed);
        List<Port> spread = new ArrayList<>();
        devices.put(Pipeline.TUNNEL_DEVICE, 1);
        for (int i = 0; i < ports; i++) {
            HostId host = host(i == 0 ? 0 : random.nextInt(HOSTS));
            Port port = port(i, new Owner(host, 1));
            spread.add(port);
            if (host.equals(ME)) {
                devices.put(DeviceNames.of(port.id()), devices.size() + 1);
            }
        }
        before = topology(spread);
        spread.set(0, port(0, new Owner(ME, 1).movedTo(host(1))));
        after = topology(spread);
        present = FlowCompiler.compile(before, ME, devices);
        wanted = FlowCompiler.compile(after, ME, devices);
    }

    /** A topology into the flows of one host. */
    @Benchmark
    public Set<Flow> compile() {
        return FlowCompiler.compile(before, ME, devices);
    }

    /** What one port's move changes. */
    @Benchmark
    public FlowDiff diff() {
        return FlowDiff.between(present, wanted);
    }

    /** What a host does when a port has moved. */
    @Benchmark
    public FlowDiff compileAndDiff() {
        return FlowDiff.between(present, FlowCompiler.compile(after, ME, devices));
    }

    private static Topology topology(List<Port> ports) {
        List<Peer> peers = new ArrayList<>();
        for (int i = 0; i < HOSTS; i++) {
            peers.add(new Peer(host(i), new SiteId("site-" + i), Ipv4.parse("198.18.%d.2".formatted(i))));
        }
        return new Topology(List.of(NETWORK), ports, peers, List.of());
    }

    private static Port port(int number, Owner owner) {
        Ipv4 address = NETWORK.subnet().base().plus(number + 2);
        String name = "vm-" + number;
        return new Port(
                new PortId(name),
                NETWORK.name(),
                MacAddress.of(address),
                address,
                owner,
                Optional.empty(),
                Optional.empty(),
                name);
    }

    private static HostId host(int number) {
        return new HostId("host-" + number);
    }
}
