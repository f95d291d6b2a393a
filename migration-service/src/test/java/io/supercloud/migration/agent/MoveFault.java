package io.supercloud.migration.agent;

import io.supercloud.migration.HostCall;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveState.Step;
import io.supercloud.migration.agent.CallFaults.Moment;
import java.time.Duration;

/** What may fail in a move of a VM that rests, on threads; moves of running ones meet their faults in the simulator. */
enum MoveFault {
    SOURCE_AGENT_RESTARTS,
    TARGET_AGENT_RESTARTS,
    MANAGER_RESTARTS,
    REGISTRY_AWAY,
    CALL_LOST,
    CALL_REFUSED,
    DISK_HAND_OVER_FAILS;

    private static final Duration AWAY = Duration.ofMillis(300);

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

    void happen(TestCluster cluster) {
        switch (this) {
            case SOURCE_AGENT_RESTARTS -> cluster.host(TestCluster.EAST).restartAgent();
            case TARGET_AGENT_RESTARTS -> cluster.host(TestCluster.WEST).restartAgent();
            case MANAGER_RESTARTS -> cluster.restartManager();
            case REGISTRY_AWAY -> cluster.registryAway(AWAY);
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
}
