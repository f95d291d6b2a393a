package io.supercloud.migration.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.supercloud.core.HostId;
import io.supercloud.core.MoveId;
import io.supercloud.core.Owner;
import io.supercloud.image.ImageStore;
import io.supercloud.image.Volume;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostUnreachableException;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.MoveState;
import io.supercloud.migration.Paths;
import io.supercloud.migration.agent.CallFaults.Moment;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Moves of VMs that have no process: their disk, and where they are suspended their memory, change hosts. */
@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class RestingMoveTest {
    private static final String MEMORY = VmVolumes.memory(TestCluster.VM);
    private static final String SNAPSHOT = VmVolumes.snapshotDisk(TestCluster.VM, "before");

    @TempDir
    Path directory;

    private TestCluster cluster;

    @BeforeEach
    void start() {
        cluster = new TestCluster(directory);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"SUSPENDED", "COLD"})
    void aRestingVmMovesToAndFroAndGoesOn(Kind kind) {
        cluster.rest(kind);
        for (HostId target : List.of(TestCluster.WEST, TestCluster.EAST, TestCluster.WEST)) {
            MoveRecord moved = cluster.move("to-" + target + cluster.owner().epoch(), target);
            assertThat(moved.state()).isInstanceOf(MoveState.Settled.class);
            cluster.requireRests(moved, kind);
        }
        assertThat(cluster.owner()).isEqualTo(new Owner(TestCluster.WEST, 4));

        cluster.wakeUp(kind);

        assertThat(cluster.guest(TestCluster.WEST).boots()).isEqualTo(kind == Kind.SUSPENDED ? 1 : 2);
        cluster.requireSound(cluster.move("live", TestCluster.EAST));
    }

    @Test
    void aSuspendedMoveIsForecastAndReportsItsMemoryAndNoDowntime() {
        cluster.rest(Kind.SUSPENDED);
        long memory = volume(TestCluster.EAST, MEMORY).stats().liveBytes();

        MoveRecord moved = cluster.move("m1", TestCluster.WEST);

        assertThat(moved.state()).isInstanceOfSatisfying(MoveState.Settled.class, settled -> {
            assertThat(settled.report().memoryBytes()).isEqualTo(memory);
            assertThat(settled.report().diskBytes()).isPositive();
            assertThat(settled.report().times().stoppedMillis()).isZero();
        });
        assertThat(moved.forecast()).hasValueSatisfying(forecast -> {
            assertThat(forecast.memoryBytes()).isPositive().isLessThanOrEqualTo(memory);
            assertThat(forecast.downtimeMillis()).isZero();
        });
    }

    private Volume volume(HostId host, String name) {
        return cluster.host(host).pool.find(name).orElseThrow();
    }

    @Test
    void aRestingVmThatIsMovedDoesNotStartAtItsSource() {
        cluster.rest(Kind.COLD);
        AtomicReference<Throwable> refused = new AtomicReference<>();
        cluster.calls.at(
                HostCall.OpenVolume.class,
                Moment.AFTER,
                () -> refused.set(catchThrowable(() -> cluster.wakeUp(Kind.COLD))));
        MoveRecord moved = cluster.move("m1", TestCluster.WEST);

        assertThat(refused.get()).isInstanceOf(MigrationException.class).hasMessageContaining("being moved");
        assertThat(moved.state()).isInstanceOf(MoveState.Settled.class);
        assertThat(cluster.host(TestCluster.EAST).hypervisor.guest(TestCluster.VM))
                .isEmpty();
        cluster.wakeUp(Kind.COLD);
        assertThat(cluster.owner().host()).isEqualTo(TestCluster.WEST);
    }

    @Test
    void aVmThatWasStartedBeforeItsHandOverStays() {
        cluster.rest(Kind.COLD);
        cluster.calls.at(HostCall.Arm.class, Moment.AFTER, () -> cluster.wakeUp(Kind.COLD));

        MoveRecord ended = cluster.move("m1", TestCluster.WEST);

        assertThat(ended.state())
                .isInstanceOfSatisfying(
                        MoveState.Failed.class,
                        failed -> assertThat(failed.reason()).contains("runs"));
        cluster.requireSound(ended);
    }

    @Test
    void aVmThatIsStoppedRightAfterItsMoveSettlesAllTheSame() {
        cluster.calls.at(HostCall.Hydrate.class, Moment.BEFORE, () -> cluster.rest(Kind.COLD));

        MoveRecord moved = cluster.move("m1", TestCluster.WEST);

        assertThat(moved.state()).isInstanceOf(MoveState.Settled.class);
        assertThat(volume(TestCluster.WEST, TestCluster.VM.value()).missingBlocks())
                .isZero();
        cluster.wakeUp(Kind.COLD);
    }

    @Test
    void anAgentThatDiesWhileItSuspendsAndWakesAVmLeavesNothingHalfDone() {
        AtomicInteger met = new AtomicInteger();
        Runnable agentDies = () -> {
            met.incrementAndGet();
            cluster.host(TestCluster.EAST).restartAgent();
        };
        cluster.writes.at(Paths.vm(TestCluster.VM), Moment.AFTER, agentDies);
        assertThatThrownBy(() -> cluster.rest(Kind.SUSPENDED)).isInstanceOf(HostUnreachableException.class);
        cluster.requireRests(cluster.move("m1", TestCluster.WEST), Kind.SUSPENDED);
        cluster.requireRests(cluster.move("m2", TestCluster.EAST), Kind.SUSPENDED);

        cluster.writes.at(Paths.vm(TestCluster.VM), Moment.AFTER, agentDies);
        assertThatThrownBy(() -> cluster.wakeUp(Kind.SUSPENDED)).isInstanceOf(HostUnreachableException.class);
        cluster.awaitProgress(TestCluster.EAST);

        assertThat(met).hasValue(2);
        assertThat(cluster.guest(TestCluster.EAST).boots()).isEqualTo(1);
        assertThat(cluster.host(TestCluster.EAST).pool.names()).doesNotContain(MEMORY);
    }

    @Test
    void aVmThatRestsHasNoTapWhenItsAgentWasRestarted() {
        cluster.writes.at(
                Paths.vm(TestCluster.VM),
                Moment.AFTER,
                () -> cluster.host(TestCluster.EAST).restartAgent());
        assertThatThrownBy(() -> cluster.rest(Kind.SUSPENDED)).isInstanceOf(HostUnreachableException.class);

        assertThat(cluster.host(TestCluster.EAST).hasTap(TestCluster.VM)).isFalse();
        assertThat(cluster.host(TestCluster.EAST).hasExport(TestCluster.VM)).isFalse();
    }

    @Test
    void anUndoneMoveLeavesTheTargetsSnapshotsAlone() {
        cluster.rest(Kind.COLD);
        cluster.host(TestCluster.WEST).pool.create(SNAPSHOT, ImageStore.BLANK, 1 << 20, 1);
        cluster.calls.at(HostCall.Transfer.class, Moment.BEFORE, () -> {
            throw new MigrationException("a fault of this test");
        });

        MoveRecord ended = cluster.move("m1", TestCluster.WEST);

        assertThat(ended.state()).isInstanceOf(MoveState.Failed.class);
        cluster.requireRests(ended, Kind.COLD);
        assertThat(cluster.host(TestCluster.WEST).pool.names()).containsExactly(SNAPSHOT);
    }

    @Test
    void aMemoryThatIsLostIsNotMoved() {
        cluster.rest(Kind.SUSPENDED);
        cluster.host(TestCluster.EAST).pool.delete(MEMORY);

        MoveRecord ended = cluster.move("m1", TestCluster.WEST);

        assertThat(ended.state())
                .isInstanceOfSatisfying(
                        MoveState.Failed.class,
                        failed -> assertThat(failed.reason()).contains(MEMORY));
        assertThat(cluster.owner()).isEqualTo(new Owner(TestCluster.EAST, 1));
        assertThat(cluster.host(TestCluster.WEST).pool.names()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"SUSPENDED", "COLD"})
    void aRestingMoveIsCancelledBeforeItsSwitch(Kind kind) {
        cluster.rest(kind);
        MoveRecord ended = cluster.move("m1", TestCluster.WEST, progress -> {
            if (progress.move().state() instanceof MoveState.Ready) {
                cluster.driver(next -> {}).cancel(new MoveId("m1"));
            }
        });
        assertThat(ended.state()).isInstanceOf(MoveState.Failed.class);
        cluster.requireRests(ended, kind);
        cluster.wakeUp(kind);
    }
}
