package io.supercloud.overlay.sdn;

import static io.supercloud.overlay.sdn.Cluster.BLUE;
import static io.supercloud.overlay.sdn.Cluster.RED;
import static io.supercloud.overlay.sdn.Cluster.port;
import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.SiteId;
import io.supercloud.overlay.sdn.internal.flows.Pipeline;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the compiled flows do with packets. */
final class ForwardingTest {
    private static final Ipv4 NOBODY = new Ipv4(0);
    private final Port alice = port("alice", BLUE, 11, 0);
    private final Port bob = port("bob", BLUE, 12, 1);
    private final Port neighbour = port("neighbour", BLUE, 13, 0);
    private final Port stranger = port("stranger", RED, 12, 1);
    private final Stub stub = new Stub("db", BLUE.name(), BLUE.subnet().base().plus(200), 5432, new SiteId("s1"));
    private final Cluster cluster = new Cluster(3);
    private Topology topology;

    @BeforeEach
    void applyEverywhere() {
        topology = cluster.topology(List.of(stub), alice, bob, neighbour, stranger);
        cluster.attachEverywhere(topology);
        cluster.apply(topology);
    }

    private List<String> sendFromAlice(byte[] frame) {
        cluster.hosts.get(0).send(alice.id(), frame);
        return cluster.heard(topology);
    }

    @Test
    void aPacketReachesItsReceiverAndNobodyElse() {
        assertThat(sendFromAlice(TestFrames.udp(alice, bob))).containsExactly("bob@h1");
        assertThat(sendFromAlice(TestFrames.udp(alice, neighbour))).containsExactly("neighbour@h0");
    }

    @Test
    void networksWithTheSameAddressesAreApart() {
        cluster.hosts.get(1).send(stranger.id(), TestFrames.udp(stranger, alice));
        assertThat(cluster.heard(topology)).isEmpty();
    }

    @Test
    void spoofedPacketsAreDropped() {
        assertThat(sendFromAlice(TestFrames.udp(neighbour.mac(), alice.address(), bob.mac(), bob.address())))
                .isEmpty();
        assertThat(sendFromAlice(TestFrames.udp(alice.mac(), neighbour.address(), bob.mac(), bob.address())))
                .isEmpty();
        assertThat(sendFromAlice(TestFrames.arpRequest(neighbour.mac(), alice.address(), bob.address())))
                .isEmpty();
        assertThat(sendFromAlice(TestFrames.arpRequest(alice.mac(), neighbour.address(), bob.address())))
                .isEmpty();
    }

    @Test
    void unknownAndBroadcastDestinationsAreNeverFlooded() {
        MacAddress unknown = MacAddress.parse("52:54:00:00:00:99");
        assertThat(sendFromAlice(TestFrames.udp(alice.mac(), alice.address(), unknown, bob.address())))
                .isEmpty();
        assertThat(sendFromAlice(TestFrames.udp(alice.mac(), alice.address(), TestFrames.BROADCAST, new Ipv4(-1))))
                .isEmpty();
    }

    @Test
    void aTaggedFrameIsDropped() {
        byte[] plain = TestFrames.udp(alice, bob);
        byte[] tagged = new byte[plain.length + 4];
        System.arraycopy(plain, 0, tagged, 0, 12);
        tagged[12] = (byte) 0x81;
        tagged[15] = 5;
        System.arraycopy(plain, 12, tagged, 16, plain.length - 12);
        assertThat(sendFromAlice(tagged)).isEmpty();
    }

    @Test
    void arpIsAnsweredForKnownAddressesOnTheSpot() {
        cluster.hosts.get(0).send(alice.id(), TestFrames.arpRequest(alice.mac(), alice.address(), bob.address()));
        List<byte[]> answers = cluster.hosts.get(0).received(alice.id());
        assertThat(answers).hasSize(1);
        assertThat(answers.get(0))
                .startsWith(alice.mac().toBytes())
                .endsWith(alice.address().toBytes());
        assertThat(Arrays.copyOfRange(answers.get(0), 22, 32))
                .startsWith(bob.mac().toBytes())
                .endsWith(bob.address().toBytes());
        Ipv4 unknown = BLUE.subnet().base().plus(99);
        assertThat(sendFromAlice(TestFrames.arpRequest(alice.mac(), alice.address(), unknown)))
                .isEmpty();
    }

    @Test
    void aVmThatProbesForItsOwnAddressHearsNothing() {
        assertThat(sendFromAlice(TestFrames.arpRequest(alice.mac(), NOBODY, alice.address())))
                .isEmpty();
        assertThat(sendFromAlice(TestFrames.arpRequest(alice.mac(), NOBODY, bob.address())))
                .containsExactly("alice@h0");
    }

    @Test
    void aConnectionToAStubIsHeldAwayFromItsSiteOnly() {
        cluster.hosts.get(1).exposeStub(stub.address(), BLUE.subnet());
        cluster.hosts.get(0).send(alice.id(), TestFrames.tcp(alice, stub, TestFrames.SYN));
        assertThat(cluster.touches).containsExactly(new StubTouch(alice.id(), "db"));
        assertThat(cluster.hosts.get(1).receivedByStubs()).isEmpty();

        cluster.hosts.get(0).send(alice.id(), TestFrames.tcp(alice, stub, TestFrames.ACK));
        cluster.hosts.get(0).send(alice.id(), TestFrames.tcp(alice, stub, TestFrames.SYN | TestFrames.ACK));
        assertThat(cluster.hosts.get(1).receivedByStubs()).hasSize(2);
        cluster.hosts.get(1).send(bob.id(), TestFrames.tcp(bob, stub, TestFrames.SYN));
        assertThat(cluster.hosts.get(1).receivedByStubs()).hasSize(1);
        assertThat(cluster.touches).hasSize(1);
    }

    @Test
    void anExposedStubAnswersVmsWhereverTheyAre() {
        MacAddress local = Pipeline.LOCAL_MAC;
        cluster.hosts.get(1).exposeStub(stub.address(), BLUE.subnet());
        cluster.hosts.get(1).sendFromStub(TestFrames.udp(local, stub.address(), alice.mac(), alice.address()));
        assertThat(cluster.heard(topology)).containsExactly("alice@h0");
        cluster.hosts.get(1).sendFromStub(TestFrames.arpRequest(local, stub.address(), alice.address()));
        assertThat(cluster.hosts.get(1).receivedByStubs()).hasSize(1);
        cluster.hosts.get(1).sendFromStub(TestFrames.udp(local, bob.address(), alice.mac(), alice.address()));
        assertThat(cluster.heard(topology)).isEmpty();
    }
}
