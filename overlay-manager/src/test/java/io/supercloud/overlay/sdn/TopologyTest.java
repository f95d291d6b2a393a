package io.supercloud.overlay.sdn;

import static io.supercloud.overlay.sdn.Cluster.BLUE;
import static io.supercloud.overlay.sdn.Cluster.RED;
import static io.supercloud.overlay.sdn.Cluster.port;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.Cidr;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class TopologyTest {
    private static void assertRefused(String because, List<Network> networks, Port... ports) {
        assertThatThrownBy(() -> new Topology(networks, List.of(ports), List.of(), List.of()))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(because);
    }

    @Test
    void whatIsThereTwiceIsRefused() {
        assertRefused("network name", List.of(BLUE, BLUE));
        assertRefused("port 'a' twice", List.of(BLUE), port("a", BLUE, 11, 0), port("a", BLUE, 12, 0));
        assertRefused("10.0.0.11", List.of(BLUE), port("a", BLUE, 11, 0), port("b", BLUE, 11, 0));
        Network sameVni = new Network("other", BLUE.vni(), BLUE.subnet(), 1450, Optional.empty(), Optional.empty());
        assertRefused("VNI", List.of(BLUE, sameVni));
    }

    @Test
    void whatIsInNoNetworkOrOutsideItIsRefused() {
        assertRefused("network 'red'", List.of(BLUE), port("a", RED, 11, 0));
        assertRefused("not a usable address", List.of(BLUE), port("a", BLUE, 255, 0));
        assertRefused("not a usable address", List.of(BLUE), port("a", BLUE, 256, 0));
    }

    @Test
    void networksMayOverlapButStubsMayNot() {
        assertThat(new Topology(
                        List.of(BLUE, RED),
                        List.of(port("a", BLUE, 11, 0), port("b", RED, 11, 0)),
                        List.of(),
                        List.of()))
                .isNotNull();
        Ipv4 address = BLUE.subnet().base().plus(200);
        Stub one = new Stub("one", BLUE.name(), address, 80, new SiteId("s0"));
        Stub two = new Stub("two", RED.name(), address, 80, new SiteId("s0"));
        assertThatThrownBy(() -> new Topology(List.of(BLUE, RED), List.of(), List.of(), List.of(one, two)))
                .hasMessageContaining("stub address");
    }

    @Test
    void aNetworkOutsideItsBoundsIsRefused() {
        Cidr subnet = BLUE.subnet();
        assertThatThrownBy(
                        () -> new Network("n", Network.MAX_VNI + 1, subnet, 1450, Optional.empty(), Optional.empty()))
                .hasMessageContaining("VNI");
        assertThatThrownBy(() -> new Network("n", 1, subnet, 100, Optional.empty(), Optional.empty()))
                .hasMessageContaining("MTU");
        assertThatThrownBy(
                        () -> new Network("n", 1, subnet, 1450, Optional.of(Ipv4.parse("10.9.9.9")), Optional.empty()))
                .hasMessageContaining("router");
    }
}
