package io.supercloud.migration.simulation;

import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.SupercloudException;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.Json;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.VmRecord.Desired;
import java.time.Duration;

/** Who takes the VM's process away before a move and wants it back after it; asks again until it is so. */
final class SimulatedUser {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Cluster cluster;
    private boolean asked;

    SimulatedUser(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Whether the VM rests as it is to, and nothing that the user has asked for is under way. */
    boolean hasAtRest(Kind kind) {
        SimulatedHost here = cluster.host(cluster.owner().host());
        return !asked
                && Kind.of(record().desired()) == kind
                && here.guest().isEmpty()
                && !here.hasTap()
                && !here.disks().served();
    }

    boolean waits() {
        return asked;
    }

    void rest(Kind kind) {
        ask("rest", agent -> {
            if (kind == Kind.SUSPENDED) {
                agent.call(new HostCall.SuspendVm(Cluster.VM, false), LIMIT);
            } else {
                want(Desired.STOPPED);
                agent.call(new HostCall.StopVm(Cluster.VM, true), LIMIT);
            }
        });
    }

    void wake(Kind kind) {
        Owner owner = cluster.owner();
        ask("wake", agent -> {
            if (kind == Kind.SUSPENDED) {
                agent.call(new HostCall.WakeVm(Cluster.SPEC, owner), LIMIT);
            } else {
                want(Desired.RUNNING);
                agent.call(new HostCall.RunVm(Cluster.SPEC, owner), LIMIT);
            }
        });
    }

    private VmRecord record() {
        return Json.read(entry(), VmRecord.class);
    }

    private Registry.Entry entry() {
        return cluster.registry().store().read(Paths.vm(Cluster.VM)).orElseThrow();
    }

    private void want(Desired desired) {
        cluster.registry().store().replace(entry(), Json.write(record().wanting(desired)));
    }

    /** Something to be done with the agent of the VM's host. */
    @FunctionalInterface
    private interface Wish {
        void tell(HostAgent agent);
    }

    private void ask(String what, Wish wish) {
        if (asked) {
            return;
        }
        asked = true;
        SimulatedProcess user = cluster.process("user");
        user.start(what, () -> {
            try {
                wish.tell(cluster.calls()
                        .by(user, SimulatedManager.PLACE)
                        .of(cluster.owner().host()));
            } catch (SupercloudException e) {
                cluster.trace().say("the user's wish to %s is refused: %s", what, e.getMessage());
            }
            asked = false;
        });
    }
}
