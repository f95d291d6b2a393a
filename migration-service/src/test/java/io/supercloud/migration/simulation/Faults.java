package io.supercloud.migration.simulation;

import io.supercloud.core.SupercloudException;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.MoveOrder;
import java.util.concurrent.TimeUnit;

/** Makes faults happen, and mends them after a while. */
final class Faults {
    private static final String MANAGER = SimulatedManager.PLACE;
    private static final long STRAY_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long STRAY_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final Cluster cluster;
    private int injected;
    private int underWay;

    Faults(Cluster cluster) {
        this.cluster = cluster;
    }

    /** How many faults have happened. */
    int injected() {
        return injected;
    }

    boolean allMended() {
        return underWay == 0;
    }

    /** @param nanos how long it lasts, or how long a killed process stays dead */
    void inject(Fault fault, MoveOrder order, long nanos) {
        SimulatedHost source = cluster.host(order.source());
        SimulatedHost target = cluster.host(order.target());
        String from = order.source().value();
        String to = order.target().value();
        switch (fault) {
            case SOURCE_AGENT_KILLED -> lasting(fault, nanos, source::killAgent, () -> restart(source));
            case TARGET_AGENT_KILLED -> lasting(fault, nanos, target::killAgent, () -> restart(target));
            case MANAGER_KILLED -> lasting(fault, nanos, cluster.manager()::kill, cluster.manager()::start);
            case MANAGERS_STAY_AWAY -> once(fault, cluster.manager()::kill);
            case SOURCE_HYPERVISOR_KILLED -> source.withGuest(guest -> once(fault, guest.process()::kill));
            case TARGET_HYPERVISOR_KILLED -> target.withGuest(guest -> once(fault, guest.process()::kill));
            case REGISTRY_KILLED, REGISTRY_HANGS ->
                lasting(
                        fault,
                        nanos,
                        () -> cluster.registry().away(fault == Fault.REGISTRY_KILLED),
                        cluster.registry()::back);
            case SOURCE_SWITCH_KILLED, SOURCE_SWITCH_HANGS ->
                lasting(fault, nanos, () -> source.switchAnswers(false), () -> source.switchAnswers(true));
            case TARGET_SWITCH_KILLED, TARGET_SWITCH_HANGS ->
                lasting(fault, nanos, () -> target.switchAnswers(false), () -> target.switchAnswers(true));
            case SOURCE_AGENT_HANGS -> source.agent().ifPresent(agent -> hang(fault, agent, nanos));
            case TARGET_AGENT_HANGS -> target.agent().ifPresent(agent -> hang(fault, agent, nanos));
            case MANAGER_HANGS -> hang(fault, cluster.manager().process(), nanos);
            case SOURCE_HYPERVISOR_HANGS -> source.withGuest(guest -> hang(fault, guest.process(), nanos));
            case TARGET_HYPERVISOR_HANGS -> target.withGuest(guest -> hang(fault, guest.process(), nanos));
            case SOURCE_TARGET_CUT -> cut(fault, nanos, from, to);
            case SOURCE_MANAGER_CUT -> cut(fault, nanos, from, MANAGER);
            case TARGET_MANAGER_CUT -> cut(fault, nanos, to, MANAGER);
            case TARGET_DISK_FULL ->
                lasting(
                        fault,
                        nanos,
                        () -> target.pool().fill(true),
                        () -> target.pool().fill(false));
            case MESSAGE_LOST -> once(fault, () -> cluster.calls().mishap(SimulatedCalls.Mishap.LOST));
            case MESSAGE_REPEATED -> once(fault, () -> cluster.calls().mishap(SimulatedCalls.Mishap.REPEATED));
            case MESSAGE_DELAYED -> once(fault, () -> cluster.calls().mishap(SimulatedCalls.Mishap.DELAYED));
            case MESSAGE_REFUSED -> once(fault, () -> cluster.calls().mishap(SimulatedCalls.Mishap.REFUSED));
            case ANSWER_LOST -> once(fault, () -> cluster.calls().mishap(SimulatedCalls.Mishap.ANSWER_LOST));
            case CHANGES_LOST ->
                once(fault, () -> cluster.calls().mishap(SimulatedCalls.Mishap.LOST, HostCall.ReadChanges.class));
            case MOVE_CANCELLED -> once(fault, () -> cancel(order));
            case SOURCE_RUNS_ON ->
                once(fault, () -> runsOn(order, cluster.scheduler().nowNanos() + STRAY_LIMIT_NANOS));
        }
    }

    private void once(Fault fault, Runnable happens) {
        injected++;
        cluster.trace().say("FAULT %s", fault);
        happens.run();
    }

    private void lasting(Fault fault, long nanos, Runnable begins, Runnable ends) {
        once(fault, begins);
        underWay++;
        cluster.scheduler().after(nanos, () -> {
            underWay--;
            cluster.trace().say("mended %s", fault);
            ends.run();
        });
    }

    private void restart(SimulatedHost host) {
        if (host.agent().isEmpty()) {
            host.startAgent();
        }
    }

    private void hang(Fault fault, SimulatedProcess process, long nanos) {
        lasting(fault, nanos, process::stop, process::goOn);
    }

    private void cut(Fault fault, long nanos, String one, String other) {
        lasting(
                fault,
                nanos,
                () -> cluster.calls().cut(one, other),
                () -> cluster.calls().mend(one, other));
    }

    private void cancel(MoveOrder order) {
        SimulatedProcess user = cluster.process("user");
        user.start("cancel", () -> {
            try {
                cluster.calls().by(user, MANAGER).of(order.source()).call(new HostCall.CancelTransfer(order));
            } catch (SupercloudException refused) {
                cluster.trace().say("not cancelled: %s", refused.getMessage());
            }
        });
    }

    /** As soon as the source has sealed the disk and sent all of the memory. */
    private void runsOn(MoveOrder order, long end) {
        boolean goesOn = cluster.sealedAt(order.before().epoch())
                && cluster.host(order.source())
                        .guest()
                        .filter(SimulatedGuest::goOnByItself)
                        .isPresent();
        if (!goesOn && cluster.scheduler().nowNanos() < end) {
            cluster.scheduler().after(STRAY_POLL_NANOS, () -> runsOn(order, end));
        }
    }
}
