package io.supercloud.migration.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.Cidr;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Owner;
import io.supercloud.core.SiteId;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.Samples;
import io.supercloud.overlay.sdn.HostNetwork;
import io.supercloud.overlay.sdn.InMemoryHostNetwork;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.overlay.sdn.OverlayException;
import io.supercloud.overlay.sdn.Topology;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopologyKeeperTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final InMemoryRegistry registry = new InMemoryRegistry();
    private final List<Topology> applied = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();
    private final InMemoryHostNetwork network = new InMemoryHostNetwork(Samples.EAST);
    private TopologyKeeper keeper;

    @BeforeEach
    void start() {
        registry.create(
                Paths.network("blue"),
                Json.write(
                        new Network("blue", 7, Cidr.parse("10.42.0.0/16"), 1400, Optional.empty(), Optional.empty())));
        registry.create(
                Paths.host(Samples.EAST),
                Json.write(new HostRecord(
                        Samples.EAST, new SiteId("a"), Ipv4.parse("127.0.0.2"), Ipv4.parse("127.0.1.2"), 1)));
        registry.create(Paths.port(Samples.VM.value()), Json.write(Samples.port()));
        new Owners(registry).first(Samples.VM.value(), Samples.EAST);
    }

    @AfterEach
    void stop() {
        keeper.close();
        network.close();
        registry.close();
    }

    /** The switch, which tells what it is given, and refuses a few times. */
    private HostNetwork recorded() {
        return (HostNetwork) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {HostNetwork.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("apply")) {
                        if (refusals.getAndDecrement() > 0) {
                            throw new OverlayException("the switch of this test is away");
                        }
                        applied.add((Topology) arguments[0]);
                    }
                    try {
                        return method.invoke(network, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private void keep() {
        keeper = new TopologyKeeper(registry, recorded(), new VirtualThreadTasks());
    }

    private void awaitOwner(Owner owner) {
        await().dontCatchUncaughtExceptions()
                .atMost(LIMIT)
                .until(() -> !applied.isEmpty()
                        && applied.getLast().ports().stream()
                                .anyMatch(port -> port.owner().equals(owner)));
    }

    @Test
    void aRestartedAgentTakesNoFlowAway() {
        keep();
        keeper.refresh();
        awaitOwner(new Owner(Samples.EAST, 1));

        assertThat(applied).allSatisfy(topology -> {
            assertThat(topology.ports()).hasSize(1);
            assertThat(topology.peers()).hasSize(1);
        });
    }

    @Test
    void aSwitchThatWasAwayGetsWhatIsKnown() {
        refusals.set(2);
        keep();
        awaitOwner(new Owner(Samples.EAST, 1));
    }

    @Test
    void aClaimIsInForceBeforeTheRegistryTellsAndAnOlderOneIsNot() {
        keep();
        awaitOwner(new Owner(Samples.EAST, 1));
        registry.cutOff();

        keeper.claim(Samples.VM.value(), new Owner(Samples.WEST, 2));
        assertThat(applied.getLast().ports().getFirst().owner()).isEqualTo(new Owner(Samples.WEST, 2));
        keeper.claim(Samples.VM.value(), new Owner(Samples.EAST, 1));
        assertThat(applied.getLast().ports().getFirst().owner()).isEqualTo(new Owner(Samples.WEST, 2));
    }
}
