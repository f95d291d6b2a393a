package io.supercloud.overlay.sdn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What every host network does. */
abstract class HostNetworkContract {
    private static final Port PORT = Cluster.port("contract", Cluster.BLUE, 11, 0);
    private static final Attachment TAP = new Attachment.Tap(PORT.id());
    private static final Topology TOPOLOGY = new Topology(
            List.of(Cluster.BLUE),
            List.of(PORT),
            List.of(new Peer(Cluster.host(0), new SiteId("s0"), Ipv4.parse("172.31.99.1"))),
            List.of(new Stub("db", "blue", Cluster.BLUE.subnet().base().plus(200), 80, new SiteId("s0"))));

    /** A network for host h0, closed by the test class. */
    abstract HostNetwork network();

    private String attach() {
        return network().attach(TAP, Cluster.BLUE, PORT.mac(), PORT.address());
    }

    @Test
    void itBecomesConnectedAndThenHasNoProblems() {
        await().atMost(Duration.ofSeconds(10)).until(() -> network().connected());
        assertThat(network().problems()).isEmpty();
    }

    @Test
    void attachingTwiceGivesTheSameDevice() {
        String device = attach();
        assertThat(device).isNotBlank().hasSizeLessThanOrEqualTo(15);
        assertThat(attach()).isEqualTo(device);
    }

    @Test
    void detachingMayBeRepeatedAndNeedsNoDevice() {
        attach();
        network().detach(PORT.id());
        network().detach(PORT.id());
        network().detach(new PortId("never-seen"));
        assertThat(attach()).isNotBlank();
    }

    @Test
    void aTopologyMayBeAppliedBeforeAndAfterItsDevicesAndAgain() {
        network().apply(TOPOLOGY);
        attach();
        network().apply(TOPOLOGY);
        network().apply(TOPOLOGY);
        network().detach(PORT.id());
        network().apply(TOPOLOGY);
        network().apply(Topology.EMPTY);
        assertThat(network().connected()).isTrue();
    }

    @Test
    void exposingAndConcealingMayBeRepeated() {
        Ipv4 address = TOPOLOGY.stubs().getFirst().address();
        assertThatCode(() -> {
                    network().exposeStub(address, Cluster.BLUE.subnet());
                    network().exposeStub(address, Cluster.BLUE.subnet());
                    network().concealStub(address);
                    network().concealStub(address);
                })
                .doesNotThrowAnyException();
    }
}
