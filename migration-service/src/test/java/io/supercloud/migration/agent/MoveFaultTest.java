package io.supercloud.migration.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.migration.HostCall;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveRecord;
import io.supercloud.migration.MoveState;
import io.supercloud.migration.MoveState.Step;
import io.supercloud.migration.agent.CallFaults.Moment;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each fault at each step of a move, before and after the step's work is done. */
@Execution(ExecutionMode.CONCURRENT)
class MoveFaultTest {
    private static final int STEPS = 8;
    private static final int FAULTS = 9;
    private static final int MOMENTS = 2;
    private static final Duration REGISTRY_AWAY = Duration.ofMillis(300);

    @TempDir
    Path directory;

    enum Fault {
        SOURCE_AGENT_RESTARTS,
        TARGET_AGENT_RESTARTS,
        MANAGER_RESTARTS,
        SOURCE_PROCESS_KILLED,
        TARGET_PROCESS_KILLED,
        REGISTRY_AWAY,
        CALL_LOST,
        CALL_REFUSED,
        DISK_HAND_OVER_FAILS;

        /** Only with its process can a guest lose its memory. */
        boolean maySpoilMemory() {
            return this == SOURCE_PROCESS_KILLED || this == TARGET_PROCESS_KILLED;
        }
    }

    record Case(Step step, Fault fault, Moment moment) {
        @Override
        public String toString() {
            return "%s %s %s".formatted(fault, moment, step);
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (Step step : Step.values()) {
            for (Fault fault : Fault.values()) {
                for (Moment moment : Moment.values()) {
                    cases.add(new Case(step, fault, moment));
                }
            }
        }
        return cases.stream();
    }

    /** The call in which a step does its work. */
    static Class<?> call(Step step) {
        return switch (step) {
            case CHECK -> HostCall.DescribeHost.class;
            case RESERVE -> HostCall.Reserve.class;
            case WARM -> HostCall.Warm.class;
            case ARM -> HostCall.Arm.class;
            case STREAM -> HostCall.Transfer.class;
            case SWITCH -> HostCall.OpenVolume.class;
            case RESUME -> HostCall.ResumeVm.class;
            case SETTLE -> HostCall.Hydrate.class;
        };
    }

    @Test
    void everyStepMeetsEveryFault() {
        assertThat(Step.values()).hasSize(STEPS);
        assertThat(cases()).hasSize(STEPS * FAULTS * MOMENTS).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aMoveEndsWithOneCopyThatLostNothing(Case broken) {
        try (TestCluster cluster = new TestCluster(directory)) {
            AtomicInteger met = new AtomicInteger();
            cluster.calls.at(call(broken.step()), broken.moment(), () -> {
                met.incrementAndGet();
                happen(broken.fault(), cluster);
            });

            MoveRecord ended = cluster.move("m1", TestCluster.WEST);

            assertThat(met).hasValue(1);
            cluster.requireSound(ended);
            if (!broken.fault().maySpoilMemory()) {
                assertThat(cluster.guest(cluster.owner().host()).boots()).isEqualTo(1);
            }
            requireMovable(cluster, ended);
        }
    }

    static void happen(Fault fault, TestCluster cluster) {
        switch (fault) {
            case SOURCE_AGENT_RESTARTS -> cluster.host(TestCluster.EAST).restartAgent();
            case TARGET_AGENT_RESTARTS -> cluster.host(TestCluster.WEST).restartAgent();
            case MANAGER_RESTARTS -> cluster.restartManager();
            case SOURCE_PROCESS_KILLED ->
                cluster.host(TestCluster.EAST).hypervisor.crash(TestCluster.VM);
            case TARGET_PROCESS_KILLED ->
                cluster.host(TestCluster.WEST).hypervisor.crash(TestCluster.VM);
            case REGISTRY_AWAY -> cluster.registryAway(REGISTRY_AWAY);
            case CALL_LOST -> throw CallFaults.lost(TestCluster.WEST);
            case CALL_REFUSED -> throw new MigrationException("a fault of this test");
            case DISK_HAND_OVER_FAILS -> {
                cluster.calls.at(HostCall.ReadChanges.class, Moment.BEFORE, () -> {
                    throw CallFaults.lost(TestCluster.EAST);
                });
                cluster.calls.at(HostCall.OpenVolume.class, Moment.BEFORE, () -> {
                    throw new MigrationException("the disk of this test fails");
                });
            }
        }
    }

    /** What a broken move leaves must not stand in the way of the next: there, or back. */
    private static void requireMovable(TestCluster cluster, MoveRecord ended) {
        cluster.calls.disarm();
        boolean moved = ended.state() instanceof MoveState.Settled;
        MoveRecord next = cluster.move("m2", moved ? TestCluster.EAST : TestCluster.WEST);
        assertThat(next.state()).isInstanceOf(MoveState.Settled.class);
        cluster.requireSound(next);
    }
}
