package io.supercloud.app.manager;

import static io.supercloud.app.manager.ManagedCluster.AMBER;
import static io.supercloud.app.manager.ManagedCluster.BIRCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Owner;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.DiskCare;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Owners;
import io.supercloud.migration.VmRecord.Desired;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StandbysTest {
    private static final SiteId SITE = new SiteId("birch-1");
    private static final Duration WITHIN = Duration.ofSeconds(30);

    private final List<HostId> askedOf = new ArrayList<>();
    private ManagedCluster cluster;
    private Standbys standbys;
    private VmId vm;
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = new ManagedCluster(folder);
        standbys = new Standbys(cluster.config, cluster.registry, cluster.agents, () -> now);
        vm = cluster.vm("web", AMBER, Desired.RUNNING);
        cluster.agents.before = (host, call) -> {
            if (call instanceof HostCall.TendDisk) {
                askedOf.add(host);
            }
        };
        standbys.want(vm, SITE, WITHIN);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private void keepAfter(Duration time) {
        now = now.plus(time);
        standbys.keep(Standbys.wanted(cluster.registry, vm).orElseThrow());
    }

    private Answers.Standby standing() {
        return standbys.of(vm).orElseThrow();
    }

    @Test
    void theHostAtTheSiteFollowsTheOwner() {
        keepAfter(Duration.ZERO);
        assertThat(askedOf).containsExactly(BIRCH);
        assertThat(cluster.agents.asked(HostCall.TendDisk.class).getFirst().owner())
                .isEqualTo(new Owner(AMBER, 1));
        assertThat(cluster.agents.asked(HostCall.TendDisk.class).getFirst().care())
                .isInstanceOf(DiskCare.StandBy.class);
    }

    @Test
    void theLagIsTheTimeSinceTheCopyWasWholeAndTooMuchOfItIsTold() {
        standing();
        cluster.agents.tended = new HostCall.VolumeProgress(7, 4096, false);
        keepAfter(Duration.ofSeconds(10));
        assertThat(standing()).isEqualTo(new Answers.Standby("birch-1", false, 30_000, 10_000, 7));
        keepAfter(Duration.ofSeconds(21));
        assertThat(standing().late()).isTrue();
        cluster.agents.tended = new HostCall.VolumeProgress(0, 4096, true);
        keepAfter(Duration.ofSeconds(1));
        assertThat(standing()).isEqualTo(new Answers.Standby("birch-1", true, 30_000, 0, 0));
        assertThat(standing().late()).isFalse();
    }

    @Test
    void aHostThatDoesNotAnswerLetsTheLagGrow() {
        keepAfter(Duration.ZERO);
        cluster.agents.before = (host, call) -> {
            throw new MigrationException("silent");
        };
        keepAfter(Duration.ofSeconds(40));
        assertThat(standing().lagMillis()).isEqualTo(40_000);
        assertThat(standing().late()).isTrue();
    }

    @Test
    void aVmThatIsAtTheSiteItselfNeedsNoCopyThere() {
        Owners owners = new Owners(cluster.registry);
        Owner before = new Owner(AMBER, 1);
        owners.change(owners.hold(vm.value(), before), before.movedTo(BIRCH));
        keepAfter(Duration.ofSeconds(5));
        assertThat(askedOf).isEmpty();
        assertThat(standing().lagMillis()).isZero();
    }

    @Test
    void whatIsNotWantedAnyMoreIsForgotten() {
        standbys.end(vm);
        assertThat(standbys.of(vm)).isEmpty();
        standbys.want(vm, SITE, WITHIN);
        StandbyRecord record = Standbys.wanted(cluster.registry, vm).orElseThrow();
        new Owners(cluster.registry).forget(vm.value());
        standbys.keep(record);
        assertThat(Standbys.wanted(cluster.registry, vm)).isEmpty();
    }

    @Test
    void aSiteThatIsNotThereOrATimeThatCannotBeIsRefused() {
        assertThatThrownBy(() -> standbys.want(vm, new SiteId("nowhere"), WITHIN))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("birch-1");
        assertThatThrownBy(() -> standbys.want(vm, SITE, Duration.ZERO)).isInstanceOf(InvalidValueException.class);
    }
}
