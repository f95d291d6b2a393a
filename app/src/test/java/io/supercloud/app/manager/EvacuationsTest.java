package io.supercloud.app.manager;

import static io.supercloud.app.manager.ManagedCluster.AMBER;
import static io.supercloud.app.manager.ManagedCluster.BIRCH;
import static io.supercloud.app.manager.ManagedCluster.CEDAR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.HostId;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.EvacuationPlan;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostUnreachableException;
import io.supercloud.migration.Links;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveManner;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord.Desired;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EvacuationsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration NOTICE = Duration.ofSeconds(120);

    private ManagedCluster cluster;

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = new ManagedCluster(folder);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private Answers.Evacuation plan() {
        return cluster.evacuations.plan("amber-1", Optional.empty());
    }

    private Answers.Evacuation evacuate() {
        return cluster.evacuations.evacuate("amber-1", Optional.empty(), line -> {});
    }

    /** Calls of a type are refused so many times. */
    private void refuse(Class<?> type, int times) {
        AtomicInteger left = new AtomicInteger(times);
        cluster.agents.before = (host, call) -> {
            if (type.isInstance(call) && left.getAndDecrement() > 0) {
                throw new MigrationException("a refusal of this test");
            }
        };
    }

    @Test
    void whateverIsOnTheHostLeaves() {
        VmId running = cluster.vm("running", AMBER, Desired.RUNNING);
        VmId paused = cluster.vm("paused", AMBER, Desired.PAUSED);
        VmId stopped = cluster.vm("stopped", AMBER, Desired.STOPPED);
        VmId suspended = cluster.vm("suspended", AMBER, Desired.SUSPENDED);
        VmId elsewhere = cluster.vm("elsewhere", BIRCH, Desired.RUNNING);

        Answers.Evacuation done = evacuate();

        assertThat(done.saved()).isEqualTo(4);
        assertThat(cluster.hostOf(running)).isNotEqualTo(AMBER);
        assertThat(cluster.hostOf(paused)).isNotEqualTo(AMBER);
        assertThat(cluster.hostOf(stopped)).isNotEqualTo(AMBER);
        assertThat(cluster.hostOf(suspended)).isNotEqualTo(AMBER);
        assertThat(cluster.hostOf(elsewhere)).isEqualTo(BIRCH);
        await().atMost(LIMIT).until(() -> cluster.told("host.evacuation-ended", AMBER) == 1);
        assertThat(cluster.told("host.evacuating", AMBER)).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"birch-1", "cedar-1"})
    void aVmGoesToWhereACopyOfItsDiskIs(String site) {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING);
        cluster.standbys.want(vm, new SiteId(site), Duration.ofSeconds(5));
        assertThat(plan().departures())
                .extracting(EvacuationPlan.Departure::target)
                .containsExactly(new HostId("host-" + site));
    }

    @Test
    void aRenamedVmLeaves() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING);
        new VmLife(cluster.registry, cluster.agents, java.time.InstantSource.system(), cluster.vms, cluster.moves)
                .rename(vm, new VmId("shop"));
        assertThat(evacuate().saved()).isEqualTo(1);
        assertThat(cluster.hostOf(vm)).isNotEqualTo(AMBER);
    }

    @Test
    void aPlanLeavesAnEvacuationUnderWayAlone() {
        for (int i = 0; i < EvacuationPlan.LANES; i++) {
            cluster.vm("vm-" + i, AMBER, Desired.RUNNING);
        }
        Links.Link alone = cluster.links.between(AMBER, BIRCH);
        double forecast = plan().departures().getFirst().forecast().seconds();
        assertThat(cluster.links.between(AMBER, BIRCH)).isEqualTo(alone);
        CountDownLatch streaming = new CountDownLatch(EvacuationPlan.LANES);
        CountDownLatch goOn = new CountDownLatch(1);
        cluster.agents.before = (host, call) -> {
            if (call instanceof HostCall.Transfer) {
                streaming.countDown();
                await().atMost(LIMIT).until(() -> goOn.getCount() == 0);
            }
        };
        CompletableFuture<Answers.Evacuation> underWay = CompletableFuture.supplyAsync(this::evacuate);
        await().atMost(LIMIT).until(() -> streaming.getCount() == 0);

        assertThat(plan().departures()).hasSize(EvacuationPlan.LANES);
        assertThat(plan().departures().getFirst().forecast().seconds()).isEqualTo(forecast);
        assertThat(cluster.links.between(AMBER, BIRCH)).isEqualTo(alone.shared(EvacuationPlan.LANES));
        assertThatThrownBy(this::evacuate).hasMessageContaining("is being evacuated already");

        goOn.countDown();
        assertThat(underWay.join().saved()).isEqualTo(EvacuationPlan.LANES);
        assertThat(cluster.links.between(AMBER, BIRCH)).isEqualTo(alone);
    }

    @Test
    void aPlanMeasuresEachVmOnceAndMovesNone() {
        cluster.vm("a", AMBER, Desired.RUNNING);
        cluster.vm("b", AMBER, Desired.RUNNING);
        assertThat(plan().departures()).hasSize(2);
        assertThat(cluster.agents.asked(HostCall.MeasureVm.class))
                .extracting(call -> call.vm().value())
                .containsExactlyInAnyOrder("a", "b");
        assertThat(cluster.agents.asked(HostCall.Reserve.class)).isEmpty();
    }

    @Test
    void aVmThatCannotBeMeasuredLeavesAllTheSame() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING);
        refuse(HostCall.MeasureVm.class, 1);
        assertThat(evacuate().homeless()).isEmpty();
        assertThat(cluster.hostOf(vm)).isNotEqualTo(AMBER);
    }

    @Test
    void aHostThatIsSilentOrUnderNoticeGetsNoVms() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING);
        cluster.agents.before = (host, call) -> {
            if (host.equals(BIRCH)) {
                throw new HostUnreachableException(host, new IOException("silent"));
            }
        };
        assertThat(plan().departures())
                .extracting(EvacuationPlan.Departure::target)
                .containsExactly(CEDAR);
        cluster.notice(CEDAR, NOTICE);
        assertThat(plan().homeless()).containsExactly(vm);
        assertThatThrownBy(() -> cluster.moves.move(vm, "cedar-1", "asked for", line -> {}))
                .hasMessageContaining("host-cedar-1 will be taken away");
        assertThatThrownBy(() -> cluster.moves.plan(vm, "cedar-1", MoveManner.LIVE))
                .hasMessageContaining("choose another");
    }

    @Test
    void aNoticeIsActedOnOnceHoweverOftenTheRegistryTellsOfNotices() {
        cluster.evacuations.followNotices();
        cluster.notice(AMBER, NOTICE);
        await().atMost(LIMIT).until(() -> cluster.told("host.evacuated", AMBER) == 1);
        cluster.notice(BIRCH, NOTICE);
        await().atMost(LIMIT).until(() -> cluster.told("host.evacuated", BIRCH) == 1);
        cluster.registry.read(Paths.notice(BIRCH)).ifPresent(cluster.registry::delete);
        cluster.notice(CEDAR, NOTICE);
        await().atMost(LIMIT).until(() -> cluster.told("host.evacuated", CEDAR) == 1);
        assertThat(cluster.told("host.notice", AMBER)).isEqualTo(1);
    }

    @Test
    void aHostThatWasMadeAnewIsEvacuatedAtItsNextNotice() {
        cluster.evacuations.followNotices();
        cluster.notice(AMBER, NOTICE);
        await().atMost(LIMIT).until(() -> cluster.told("host.evacuated", AMBER) == 1);
        cluster.registry.read(Paths.notice(AMBER)).ifPresent(cluster.registry::delete);
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING);
        cluster.notice(AMBER, NOTICE.multipliedBy(2));
        await().atMost(LIMIT).until(() -> cluster.told("host.evacuated", AMBER) == 2);
        assertThat(cluster.hostOf(vm)).isNotEqualTo(AMBER);
    }

    @Test
    void anEvictionThatFailsIsTriedAgainEverMoreRarelyWhileThereIsTime() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING);
        refuse(HostCall.Reserve.class, 3);
        cluster.evacuations.followNotices();
        cluster.notice(AMBER, NOTICE);
        await().atMost(LIMIT).until(() -> cluster.told("host.evacuated", AMBER) == 1);
        assertThat(cluster.hostOf(vm)).isNotEqualTo(AMBER);
        assertThat(cluster.pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L);
        assertThat(cluster.told("host.notice", AMBER)).isEqualTo(1);
    }

    @Test
    void anEvictionEndsWithItsHost() {
        cluster.vm("web", AMBER, Desired.RUNNING);
        refuse(HostCall.Reserve.class, Integer.MAX_VALUE);
        cluster.evacuations.followNotices();
        cluster.notice(AMBER, Duration.ofSeconds(10));
        await().atMost(LIMIT).until(() -> cluster.told("host.lost", AMBER) == 1);
        assertThat(cluster.pauses).extracting(Duration::toSeconds).containsExactly(1L, 2L, 4L, 8L);
    }

    @Test
    void onNoticeAVmWhosePolicySaysSoStaysButItsUserCanStillMoveIt(@TempDir Path folder) throws IOException {
        Path policy = Files.writeString(folder.resolve("policy.yaml"), "name: p\nvms: {cache: {on-notice: stay}}\n");
        try (ManagedCluster other = new ManagedCluster(folder, "policy: " + policy + "\n")) {
            other.vm("cache", AMBER, Desired.RUNNING);
            other.vm("web", AMBER, Desired.RUNNING);
            Optional<Instant> end = Optional.of(Instant.parse("2026-01-31T12:02:00Z"));
            assertThat(other.evacuations.plan("amber-1", end).departures())
                    .extracting(departure -> departure.vm().value())
                    .containsExactly("web");
            assertThat(other.evacuations.plan("amber-1", Optional.empty()).departures())
                    .hasSize(2);
        }
    }
}
