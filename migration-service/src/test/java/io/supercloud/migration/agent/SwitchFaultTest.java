package io.supercloud.migration.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.supercloud.core.Owner;
import io.supercloud.core.RegistryException;
import io.supercloud.image.BlockIoException;
import io.supercloud.image.Volume;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.MoveState;
import io.supercloud.migration.Paths;
import io.supercloud.migration.agent.CallFaults.Moment;
import io.supercloud.migration.hypervisor.InMemoryHypervisor.Point;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What happens between the first byte of memory and the owner change, which the source does alone. */
@Execution(ExecutionMode.CONCURRENT)
class SwitchFaultTest {
    private static final String OWNER = Paths.owner(TestCluster.VM.value());
    private static final long LATCH_SECONDS = 20;
    private static final Duration QUIET = Duration.ofMillis(300);

    @TempDir
    Path directory;

    enum Place {
        STREAMING,
        FINISHING,
        FINISHED,
        BEFORE_OWNER_WRITE,
        AFTER_OWNER_WRITE;

        boolean ownerHasChanged() {
            return this == AFTER_OWNER_WRITE;
        }
    }

    enum Fault {
        SOURCE_AGENT_RESTARTS,
        TARGET_AGENT_RESTARTS,
        SOURCE_PROCESS_KILLED,
        TARGET_PROCESS_KILLED,
        REFUSED,
        REGISTRY_SILENT
    }

    record Case(Place place, Fault fault) {}

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Place place : Place.values()) {
            for (Fault fault : Fault.values()) {
                cases.add(new Case(place, fault));
            }
        }
        return cases.stream();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void theOwnerRecordAloneDecidesWhereTheVmGoesOn(Case broken) {
        try (TestCluster cluster = new TestCluster(directory)) {
            AtomicInteger met = new AtomicInteger();
            at(broken.place(), cluster, () -> {
                met.incrementAndGet();
                happen(broken.fault(), cluster);
            });

            MoveRecord ended = cluster.move("m1", TestCluster.WEST);

            assertThat(met).hasValue(1);
            cluster.requireSound(ended);
            if (broken.place().ownerHasChanged()) {
                assertThat(ended.state()).isInstanceOf(MoveState.Settled.class);
            }
            MoveRecord next = cluster.move(
                    "m2", ended.state() instanceof MoveState.Settled ? TestCluster.EAST : TestCluster.WEST);
            assertThat(next.state()).isInstanceOf(MoveState.Settled.class);
            cluster.requireSound(next);
        }
    }

    private static void at(Place place, TestCluster cluster, Runnable action) {
        switch (place) {
            case STREAMING -> cluster.exchange.at(Point.STREAMING, action);
            case FINISHING -> cluster.exchange.at(Point.FINISHING, action);
            case FINISHED -> cluster.exchange.at(Point.FINISHED, action);
            case BEFORE_OWNER_WRITE -> cluster.writes.at(OWNER, Moment.BEFORE, action);
            case AFTER_OWNER_WRITE -> cluster.writes.at(OWNER, Moment.AFTER, action);
        }
    }

    private static void happen(Fault fault, TestCluster cluster) {
        switch (fault) {
            case SOURCE_AGENT_RESTARTS -> cluster.host(TestCluster.EAST).restartAgent();
            case TARGET_AGENT_RESTARTS -> cluster.host(TestCluster.WEST).restartAgent();
            case SOURCE_PROCESS_KILLED ->
                cluster.host(TestCluster.EAST).hypervisor.crash(TestCluster.VM);
            case TARGET_PROCESS_KILLED ->
                cluster.host(TestCluster.WEST).hypervisor.crash(TestCluster.VM);
            case REFUSED -> throw new MigrationException("a fault of this test");
            case REGISTRY_SILENT -> throw new RegistryException.Unavailable("a fault of this test", null);
        }
    }

    /** The manager cannot reach the source, gives up and clears the target, while the source is about to switch. */
    @Test
    void aSourceThatWasGivenUpCannotChangeTheOwnerAnyMore() throws InterruptedException {
        try (TestCluster cluster = new TestCluster(directory)) {
            CountDownLatch arrived = new CountDownLatch(2);
            CountDownLatch judged = new CountDownLatch(1);
            cluster.exchange.at(Point.FINISHED, () -> {
                arrived.countDown();
                await(judged);
            });
            cluster.calls.at(HostCall.OpenVolume.class, Moment.AFTER, arrived::countDown);
            cluster.calls.at(HostCall.FollowTransfer.class, Moment.BEFORE, () -> {
                await(arrived);
                throw new MigrationException("a fault of this test");
            });
            cluster.calls.at(HostCall.CancelTransfer.class, Moment.BEFORE, () -> {
                throw CallFaults.lost(TestCluster.EAST);
            });

            MoveRecord ended = cluster.move("m1", TestCluster.WEST);
            judged.countDown();

            assertThat(ended.state()).isInstanceOf(MoveState.Failed.class);
            cluster.requireSound(ended);
            assertThat(cluster.owner()).isEqualTo(new Owner(TestCluster.EAST, 1));
            assertThat(cluster.guest(TestCluster.EAST).boots()).isEqualTo(1);
        }
    }

    @Test
    void onceTheDiskIsHandedOverTheSourceTakesNoWrite() {
        try (TestCluster cluster = new TestCluster(directory)) {
            AtomicReference<Throwable> refused = new AtomicReference<>();
            cluster.writes.at(OWNER, Moment.BEFORE, () -> {
                Volume volume = cluster.host(TestCluster.EAST)
                        .pool
                        .find(TestCluster.VM.value())
                        .orElseThrow();
                refused.set(catchThrowable(() -> volume.write(0, ByteBuffer.allocate(Volume.BLOCK_BYTES), true)));
            });

            cluster.requireSound(cluster.move("m1", TestCluster.WEST));

            assertThat(refused.get())
                    .isInstanceOfSatisfying(
                            BlockIoException.class,
                            e -> assertThat(e.reason()).isEqualTo(BlockIoException.Reason.NOT_PERMITTED));
        }
    }

    @Test
    void aVmWhoseProcessDiesInTheSwitchIsNotBootedAtTheSource() {
        try (TestCluster cluster = new TestCluster(directory)) {
            cluster.writes.at(OWNER, Moment.BEFORE, () -> {
                cluster.host(TestCluster.EAST).hypervisor.crash(TestCluster.VM);
                Awaitility.await()
                        .dontCatchUncaughtExceptions()
                        .during(QUIET)
                        .until(() -> cluster.host(TestCluster.EAST)
                                .hypervisor
                                .guest(TestCluster.VM)
                                .isEmpty());
            });

            MoveRecord ended = cluster.move("m1", TestCluster.WEST);

            assertThat(ended.state()).isInstanceOf(MoveState.Settled.class);
            cluster.requireSound(ended);
            assertThat(cluster.guest(TestCluster.WEST).boots()).isEqualTo(1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            if (!latch.await(LATCH_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("nothing happened within %d s".formatted(LATCH_SECONDS));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
