package io.supercloud.app.manager;

import static io.supercloud.app.manager.ManagedCluster.AMBER;
import static io.supercloud.app.manager.ManagedCluster.BIRCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.VmRecord.Desired;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VmLifeTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Optional<String> ON_BIRCH = Optional.of("birch-1");

    private ManagedCluster cluster;
    private VmLife life;

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = new ManagedCluster(folder);
        life = new VmLife(cluster.registry, cluster.agents, InstantSource.system(), cluster.vms, cluster.moves);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @Test
    void aSuspendedVmGoesOnElsewhereBeforeTheRestOfItsDiskIsThere() {
        VmId vm = cluster.vm("web", AMBER, Desired.SUSPENDED);
        CountDownLatch awake = new CountDownLatch(1);
        cluster.agents.before = (host, call) -> {
            if (call instanceof HostCall.WakeVm) {
                assertThat(host).isEqualTo(BIRCH);
                awake.countDown();
            }
            if (call instanceof HostCall.Hydrate) {
                await().atMost(LIMIT).until(() -> awake.getCount() == 0);
            }
        };
        life.resume(vm, ON_BIRCH, false, line -> {});

        await().atMost(LIMIT).until(() -> !cluster.moves.moving(vm));
        assertThat(cluster.hostOf(vm)).isEqualTo(BIRCH);
        assertThat(cluster.agents.asked(HostCall.WakeVm.class)).hasSize(1);
    }

    @Test
    void aVmThatIsToGoOnWhereItIsDoesNotMove() {
        VmId vm = cluster.vm("web", BIRCH, Desired.SUSPENDED);
        life.resume(vm, ON_BIRCH, false, line -> {});
        assertThat(cluster.agents.asked(HostCall.Reserve.class)).isEmpty();
        assertThat(cluster.agents.asked(HostCall.WakeVm.class)).hasSize(1);
    }

    @Test
    void aVmThatCannotMoveThereStaysSuspended() {
        VmId vm = cluster.vm("web", AMBER, Desired.SUSPENDED);
        cluster.agents.before = (host, call) -> {
            if (call instanceof HostCall.Reserve) {
                throw new MigrationException("a refusal of this test");
            }
        };
        assertThatThrownBy(() -> life.resume(vm, ON_BIRCH, false, line -> {}))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("stays on host-amber-1")
                .hasMessageContaining("a refusal of this test");
        assertThat(cluster.agents.asked(HostCall.WakeVm.class)).isEmpty();
    }

    @Test
    void aStoppedVmIsNotMovedToBeResumed() {
        VmId vm = cluster.vm("web", AMBER, Desired.STOPPED);
        assertThatThrownBy(() -> life.resume(vm, ON_BIRCH, false, line -> {})).hasMessageContaining("is stopped");
        assertThat(cluster.hostOf(vm)).isEqualTo(AMBER);
    }
}
