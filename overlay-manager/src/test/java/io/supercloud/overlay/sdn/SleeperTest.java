package io.supercloud.overlay.sdn;

import static io.supercloud.overlay.sdn.Cluster.BLUE;
import static io.supercloud.overlay.sdn.Cluster.RED;
import static io.supercloud.overlay.sdn.Cluster.port;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Ports whose owner has no device for them until a packet comes. */
final class SleeperTest {
    private final Port alice = port("alice", BLUE, 11, 0);
    private final Port neighbour = port("neighbour", BLUE, 13, 1);
    private final Port stranger = port("stranger", RED, 14, 0);
    private final Port bob = port("bob", BLUE, 12, 1).asleep(true);
    private final Port namesake = port("namesake", RED, 12, 1).asleep(true);
    private final Cluster cluster = new Cluster(3);
    private final List<String> touched = new ArrayList<>();
    private final Topology awake = cluster.topology(List.of(), alice, neighbour, stranger);

    @BeforeEach
    void apply() {
        cluster.attachEverywhere(awake);
        cluster.apply(cluster.topology(List.of(), alice, neighbour, stranger, bob, namesake));
        for (int i = 0; i < cluster.hosts.size(); i++) {
            String host = "@h" + i;
            cluster.hosts.get(i).onSleeperTouched(port -> touched.add(port + host));
        }
    }

    @Test
    void thePacketForASleeperIsToldAtItsOwnerAndHeardByNobody() {
        cluster.hosts.get(0).send(alice.id(), TestFrames.udp(alice, bob));
        assertThat(touched).containsExactly("bob@h1");
        cluster.hosts.get(1).send(neighbour.id(), TestFrames.udp(neighbour, bob));
        assertThat(touched).containsExactly("bob@h1", "bob@h1");
        assertThat(cluster.heard(awake)).isEmpty();
    }

    @Test
    void sleepersWithTheSameAddressInOtherNetworksSleepOn() {
        cluster.hosts.get(0).send(stranger.id(), TestFrames.udp(stranger, namesake));
        assertThat(touched).containsExactly("namesake@h1");
    }

    @Test
    void whoAsksForTheAddressOfASleeperIsAnsweredAndWakesNobody() {
        cluster.hosts.get(0).send(alice.id(), TestFrames.arpRequest(alice.mac(), alice.address(), bob.address()));
        assertThat(cluster.heard(awake)).containsExactly("alice@h0");
        assertThat(touched).isEmpty();
    }

    @Test
    void aPortWithADeviceHearsForItself() {
        cluster.hosts.get(1).attach(new Attachment.Tap(bob.id()), BLUE, bob.mac(), bob.address());
        cluster.hosts.get(0).send(alice.id(), TestFrames.udp(alice, bob));
        assertThat(touched).isEmpty();
        assertThat(cluster.hosts.get(1).received(bob.id())).hasSize(1);
    }

    @Test
    void aPortThatIsNotAsleepIsNotTold() {
        cluster.apply(cluster.topology(List.of(), alice, bob.asleep(false)));
        cluster.hosts.get(0).send(alice.id(), TestFrames.udp(alice, bob));
        assertThat(touched).isEmpty();
    }

    @Test
    void framesToAndFromAPortAreCountedAtItsOwner() {
        long before = cluster.hosts.get(0).frames().get(alice.id());
        cluster.hosts.get(1).send(neighbour.id(), TestFrames.udp(neighbour, alice));
        cluster.hosts.get(0).send(alice.id(), TestFrames.udp(alice, neighbour));
        assertThat(cluster.hosts.get(0).frames()).containsEntry(alice.id(), before + 2);
        assertThat(cluster.hosts.get(0).frames()).doesNotContainKey(neighbour.id());
        assertThat(cluster.hosts.get(1).frames()).doesNotContainKey(bob.id());
    }
}
