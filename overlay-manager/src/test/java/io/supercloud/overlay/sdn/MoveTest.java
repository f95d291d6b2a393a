package io.supercloud.overlay.sdn;

import static io.supercloud.overlay.sdn.Cluster.BLUE;
import static io.supercloud.overlay.sdn.Cluster.RED;
import static io.supercloud.overlay.sdn.Cluster.host;
import static io.supercloud.overlay.sdn.Cluster.port;
import static io.supercloud.overlay.sdn.Cluster.settled;
import static io.supercloud.overlay.sdn.Cluster.staged;
import static io.supercloud.overlay.sdn.Cluster.switched;
import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.Ipv4;
import io.supercloud.overlay.sdn.internal.flows.DeviceNames;
import io.supercloud.overlay.sdn.internal.flows.FlowCompiler;
import io.supercloud.overlay.sdn.internal.flows.FlowDiff;
import io.supercloud.overlay.sdn.internal.flows.Pipeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What holds while ports move and hosts learn of it one after the other. */
final class MoveTest {
    private static final int HISTORIES = 60;
    private static final int STEPS = 40;
    private final Port alice = port("alice", BLUE, 11, 0);
    private final Port bob = port("bob", BLUE, 12, 1);
    private final Cluster cluster = new Cluster(4);

    private Topology of(Port moving) {
        return cluster.topology(List.of(), alice, moving);
    }

    private List<String> aliceSends(Port to) {
        cluster.hosts.get(0).send(alice.id(), TestFrames.udp(alice, to));
        return cluster.heard(of(bob));
    }

    @Test
    void aStagedPortNeitherHearsNorSpeaks() {
        Topology topology = of(staged(bob, 2));
        cluster.attachEverywhere(topology);
        cluster.apply(topology);
        assertThat(aliceSends(bob)).containsExactly("bob@h1");
        cluster.hosts.get(2).send(bob.id(), TestFrames.udp(bob, alice));
        cluster.hosts.get(2).send(bob.id(), TestFrames.arpRequest(bob.mac(), bob.address(), alice.address()));
        cluster.hosts.get(2).send(bob.id(), TestFrames.arpRequest(bob.mac(), new Ipv4(0), alice.address()));
        assertThat(cluster.heard(topology)).isEmpty();
        cluster.hosts.get(0).apply(of(switched(staged(bob, 2))));
        assertThat(aliceSends(bob)).as("alice's host is ahead of the target").isEmpty();
    }

    @Test
    void toActivateAStagedPortIsToDeleteThreeFlows() {
        Map<String, Integer> ofports = Map.of(Pipeline.TUNNEL_DEVICE, 1, DeviceNames.of(bob.id()), 2);
        Port armed = staged(bob, 2);
        FlowDiff diff = FlowDiff.between(
                FlowCompiler.compile(of(armed), host(2), ofports),
                FlowCompiler.compile(of(switched(armed)), host(2), ofports));
        assertThat(diff.removed()).hasSize(3);
        assertThat(diff.added()).isEmpty();
    }

    @Test
    void flowsOfAPortCarryItsEpoch() {
        Map<String, Integer> ofports = Map.of(Pipeline.TUNNEL_DEVICE, 1, DeviceNames.of(bob.id()), 2);
        Port moved = switched(staged(bob, 2));
        assertThat(FlowCompiler.compile(of(moved), host(2), ofports))
                .filteredOn(flow -> flow.toString().contains("OUTPUT") || flow.table() == 0)
                .filteredOn(flow ->
                        flow.match().toString().contains("value=" + moved.mac().bits()))
                .isNotEmpty()
                .allMatch(flow -> flow.cookie() == Pipeline.cookie(2));
    }

    @Test
    void stragglersAreSentOnOnceAndNeverInCircles() {
        Port away = switched(staged(bob, 2));
        Port backAgain = switched(staged(away, 1));
        cluster.attachEverywhere(of(bob));
        cluster.apply(of(bob));
        cluster.hosts.get(1).apply(of(away));
        cluster.hosts.get(2).apply(of(away));
        assertThat(aliceSends(bob)).as("alice's host has not heard of the move").containsExactly("bob@h2");

        cluster.hosts.get(2).apply(of(backAgain));
        assertThat(aliceSends(bob))
                .as("each of two hosts believes the other to be the owner")
                .isEmpty();
        cluster.hosts.get(1).apply(of(backAgain));
        assertThat(aliceSends(bob)).containsExactly("bob@h1");
    }

    @Test
    void anUnchangedTopologyChangesNothing() {
        Map<String, Integer> ofports = Map.of(Pipeline.TUNNEL_DEVICE, 1, DeviceNames.of(alice.id()), 2);
        assertThat(FlowDiff.between(
                                FlowCompiler.compile(of(bob), host(0), ofports),
                                FlowCompiler.compile(of(bob), host(0), ofports))
                        .isEmpty())
                .isTrue();
    }

    @Test
    void noPacketIsEverHeardTwiceOrByAnotherInRandomHistories() {
        for (long seed = 1; seed <= HISTORIES; seed++) {
            new History(seed).run();
        }
    }

    /** Ports that move at random while each host is at a topology of its own age. */
    private static final class History {
        private final long seed;
        private final SplittableRandom random;
        private final Cluster cluster;
        private final List<Port> ports = new ArrayList<>();
        private final int[] version;
        private final List<Topology> topologies = new ArrayList<>();

        History(long seed) {
            this.seed = seed;
            this.random = new SplittableRandom(seed);
            cluster = new Cluster(2 + random.nextInt(4));
            version = new int[cluster.hosts.size()];
            for (int i = 0; i < 2 + random.nextInt(4); i++) {
                Network network = random.nextInt(4) == 0 ? RED : BLUE;
                ports.add(port("p" + i, network, 10 + i, random.nextInt(version.length)));
            }
            publish();
            cluster.attachEverywhere(topologies.getFirst());
            cluster.apply(topologies.getFirst());
        }

        private void publish() {
            topologies.add(cluster.topology(List.of(), ports.toArray(Port[]::new)));
        }

        void run() {
            for (int step = 0; step < STEPS; step++) {
                if (random.nextInt(3) == 0) {
                    advance(random.nextInt(ports.size()));
                } else {
                    learn(random.nextInt(version.length));
                }
                checkAllPairs(false);
            }
            for (int i = 0; i < version.length; i++) {
                version[i] = topologies.size() - 2;
                learn(i);
            }
            checkAllPairs(true);
        }

        private void advance(int index) {
            Port port = ports.get(index);
            Port next = port.staged().isPresent()
                    ? switched(port)
                    : port.previous().isPresent() && random.nextBoolean()
                            ? settled(port)
                            : staged(port, otherHost(port));
            ports.set(index, next);
            publish();
        }

        private int otherHost(Port port) {
            int index = random.nextInt(version.length - 1);
            int owner = Integer.parseInt(port.owner().host().value().substring(1));
            return index < owner ? index : index + 1;
        }

        private void learn(int hostIndex) {
            int newest = topologies.size() - 1;
            version[hostIndex] = Math.min(newest, version[hostIndex] + 1 + random.nextInt(3));
            cluster.hosts.get(hostIndex).apply(topologies.get(version[hostIndex]));
        }

        private void checkAllPairs(boolean allKnow) {
            for (Port from : ports) {
                for (Port to : ports) {
                    if (!from.id().equals(to.id())) {
                        check(from, to, allKnow);
                    }
                }
            }
        }

        /** The one running copy of the sender is where the newest owner record says. */
        private void check(Port from, Port to, boolean allKnow) {
            int sender = Integer.parseInt(from.owner().host().value().substring(1));
            cluster.hosts.get(sender).send(from.id(), TestFrames.udp(from, to));
            List<String> heard = cluster.heard(topologies.getLast());
            assertThat(heard).as("seed %d: %s to %s", seed, from, to).hasSizeLessThanOrEqualTo(1);
            assertThat(heard).as("seed %d", seed).allMatch(who -> who.startsWith(to.id() + "@"));
            if (allKnow && from.network().equals(to.network())) {
                assertThat(heard)
                        .as("seed %d", seed)
                        .containsExactly(to.id() + "@" + to.owner().host());
            }
            if (!from.network().equals(to.network())) {
                assertThat(heard).as("seed %d", seed).isEmpty();
            }
        }
    }
}
