package io.supercloud.migration.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.supercloud.core.HostId;
import io.supercloud.core.MoveId;
import io.supercloud.core.Owner;
import io.supercloud.core.VmId;
import io.supercloud.image.Volume;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveDriver;
import io.supercloud.migration.MoveManner;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.MoveReport;
import io.supercloud.migration.MoveState;
import io.supercloud.migration.Timeline;
import io.supercloud.migration.agent.CallFaults.Moment;
import io.supercloud.migration.hypervisor.InMemoryHypervisor.Point;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MoveTest {
    private static final int ROUNDS = 20;
    /** A part of the disk that the guest does not write, and much more than what it does. */
    private static final int OLD_BYTES = 128 * Volume.BLOCK_BYTES;

    private static final int OLD_OFFSET = 100 * Volume.BLOCK_BYTES;

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

    @Test
    void aMoveTakesMemoryDiskAndPortToTheTarget() {
        long before = cluster.guest(TestCluster.EAST).counter();

        List<Class<?>> states = new ArrayList<>();
        MoveRecord moved = cluster.move(
                "m1",
                TestCluster.WEST,
                progress -> states.add(progress.move().state().getClass()));

        assertThat(states.stream().distinct())
                .containsExactly(
                        MoveState.Planned.class,
                        MoveState.Checked.class,
                        MoveState.Reserved.class,
                        MoveState.Warmed.class,
                        MoveState.Ready.class,
                        MoveState.Switched.class,
                        MoveState.Settled.class);
        assertThat(cluster.owner()).isEqualTo(new Owner(TestCluster.WEST, 2));
        cluster.requireSound(moved);
        assertThat(cluster.guest(TestCluster.WEST).counter()).isGreaterThan(before);
        assertThat(cluster.guest(TestCluster.WEST).boots()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"planned", "checked", "reserved", "warmed", "ready"})
    void aMoveIsCancelledInEveryStepBeforeTheSwitch(String at) {
        MoveRecord moved = cluster.move("m1", TestCluster.WEST, progress -> {
            if (progress.move().state().name().equals(at)
                    && progress.streaming() instanceof HostCall.TransferStatus.Unknown) {
                cluster.driver(next -> {}).cancel(new MoveId("m1"));
            }
        });

        assertThat(moved.state())
                .isInstanceOfSatisfying(
                        MoveState.Failed.class,
                        failed -> assertThat(failed.reason()).contains("cancelled"));
        assertThat(cluster.owner()).isEqualTo(new Owner(TestCluster.EAST, 1));
        cluster.requireSound(moved);
    }

    @Test
    void aTransferThatComesAfterItsCancellationBeginsNothing() {
        MoveRecord moved = cluster.move("m1", TestCluster.WEST, progress -> {
            if (progress.move().state() instanceof MoveState.Ready) {
                cluster.calls
                        .of(TestCluster.EAST)
                        .call(new HostCall.CancelTransfer(progress.move().order()));
            }
        });

        assertThat(moved.state())
                .isInstanceOfSatisfying(
                        MoveState.Failed.class,
                        failed -> assertThat(failed.reason()).contains("cancelled before it began"));
        cluster.requireSound(moved);
    }

    @Test
    void aMoveThatHasEndedCannotBeCancelled() {
        cluster.move("m1", TestCluster.WEST);
        assertThatThrownBy(() -> cluster.driver(next -> {}).cancel(new MoveId("m1")))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("settled");
    }

    @Test
    void aMoveHasItsForecastBesideItsReport() {
        MoveRecord moved = cluster.move("m1", TestCluster.WEST);
        assertThat(moved.forecast()).isPresent();
        assertThat(Timeline.of(moved).report()).isPresent();
        assertThat(moved.trail())
                .extracting(MoveRecord.Entered::state)
                .startsWith("planned", "checked")
                .endsWith("settled");
    }

    @Test
    void aVmMovesToAndFroAsOftenAsItIsTold() {
        for (int round = 1; round <= ROUNDS; round++) {
            HostId target = round % 2 == 1 ? TestCluster.WEST : TestCluster.EAST;
            MoveRecord moved = cluster.move("m" + round, target);

            assertThat(moved.state()).isInstanceOf(MoveState.Settled.class);
            cluster.requireSound(moved);
        }
        assertThat(cluster.guest(cluster.owner().host()).boots()).isEqualTo(1);
    }

    @Test
    void theWayBackTakesOnlyWhatHasChanged() {
        byte[] content = new byte[OLD_BYTES];
        new SplittableRandom(5).nextBytes(content);
        disk(TestCluster.EAST).write(OLD_OFFSET, ByteBuffer.wrap(content), true);

        MoveRecord there = cluster.move("m1", TestCluster.WEST);
        cluster.requireSound(there);
        MoveRecord back = cluster.move("m2", TestCluster.EAST);
        cluster.requireSound(back);

        assertThat(report(there).diskBytes()).isGreaterThanOrEqualTo(OLD_BYTES);
        assertThat(report(back).diskBytes()).isBetween(1L, OLD_BYTES - 1L);
        assertThat(report(back).memoryBytes()).isPositive();
        assertThat(report(back).times().stoppedMillis()).isPositive();
        ByteBuffer found = ByteBuffer.allocate(OLD_BYTES);
        disk(TestCluster.EAST).read(OLD_OFFSET, found);
        assertThat(found.array()).isEqualTo(content);
    }

    private Volume disk(HostId host) {
        return cluster.host(host).pool.find(TestCluster.VM.value()).orElseThrow();
    }

    private static MoveReport report(MoveRecord moved) {
        assertThat(moved.state()).isInstanceOf(MoveState.Settled.class);
        return ((MoveState.Settled) moved.state()).report();
    }

    @Test
    void aVmIsMovedByOneMoveAtATime() {
        AtomicReference<Throwable> refused = new AtomicReference<>();
        cluster.exchange.at(
                Point.STREAMING,
                () -> refused.set(catchThrowable(() -> cluster.driver(progress -> {})
                        .move(new MoveId("m2"), TestCluster.VM, TestCluster.WEST, "a test"))));

        cluster.requireSound(cluster.move("m1", TestCluster.WEST));

        assertThat(refused.get()).isInstanceOf(MigrationException.class).hasMessageContaining("m1");
    }

    @Test
    void aMoveThatCannotBeginChangesNothing() {
        MoveDriver driver = cluster.driver(progress -> {});

        assertThatThrownBy(() -> driver.move(new MoveId("m1"), TestCluster.VM, TestCluster.EAST, "a test"))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("already");
        assertThatThrownBy(() -> driver.move(new MoveId("m1"), TestCluster.VM, new HostId("nowhere"), "a test"))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> driver.move(new MoveId("m1"), new VmId("other"), TestCluster.WEST, "a test"))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("other");
        assertThat(cluster.owner()).isEqualTo(new Owner(TestCluster.EAST, 1));
        assertThat(cluster.port()).isEqualTo(cluster.port().resting());
    }

    @Test
    void aPlanOfAMoveChangesNothing() {
        assertThat(cluster.driver(progress -> {}).objections(TestCluster.VM, TestCluster.WEST, MoveManner.LIVE))
                .isEmpty();
        assertThat(cluster.host(TestCluster.WEST).hasRole(TestCluster.VM)).isFalse();
    }

    @Test
    void aLostCleanUpIsAskedForAgain() {
        cluster.calls.at(HostCall.CleanSource.class, Moment.BEFORE, () -> {
            throw CallFaults.lost(TestCluster.EAST);
        });
        cluster.requireSound(cluster.move("m1", TestCluster.WEST));

        cluster.calls.at(HostCall.Arm.class, Moment.AFTER, () -> {
            throw new MigrationException("a fault of this test");
        });
        cluster.calls.at(HostCall.Abandon.class, Moment.BEFORE, () -> {
            throw CallFaults.lost(TestCluster.EAST);
        });
        MoveRecord undone = cluster.move("m2", TestCluster.EAST);
        assertThat(undone.state()).isInstanceOf(MoveState.Failed.class);
        cluster.requireSound(undone);
    }

    @Test
    void anAgentThatStartsWithoutTheRegistryRecoversWhenItIsBack() {
        cluster.host(TestCluster.EAST).killAgent();
        cluster.writes.away(true);
        cluster.host(TestCluster.EAST).startAgent();
        cluster.writes.away(false);

        cluster.awaitProgress(TestCluster.EAST);
        assertThat(cluster.guest(TestCluster.EAST).boots()).isEqualTo(1);
        cluster.requireSound(cluster.move("m1", TestCluster.WEST));
    }
}
