package io.supercloud.migration.agent;

import io.supercloud.core.HostId;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostUnreachableException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** The way from one agent to another, with traps: something that happens once, before or after a call is carried out. */
final class CallFaults implements HostAgent.Directory {
    enum Moment {
        BEFORE,
        AFTER
    }

    private record Trap(Class<?> call, Moment moment, Runnable action) {}

    private final Map<HostId, TestHost> hosts;
    private final List<Trap> traps = new CopyOnWriteArrayList<>();
    private final Map<Class<?>, Integer> carriedOut = new ConcurrentHashMap<>();

    CallFaults(Map<HostId, TestHost> hosts) {
        this.hosts = hosts;
    }

    /** @param action runs within the next such call; what it throws is the caller's answer */
    void at(Class<?> call, Moment moment, Runnable action) {
        traps.add(new Trap(call, moment, action));
    }

    /** Forgets the traps that nothing has stepped into. */
    void disarm() {
        traps.clear();
    }

    /** How many such calls were carried out. */
    int count(Class<?> call) {
        return carriedOut.getOrDefault(call, 0);
    }

    /** What a caller sees when a message is lost. */
    static RuntimeException lost(HostId host) {
        return new HostUnreachableException(host, new SocketTimeoutException("no answer in time"));
    }

    @Override
    public HostAgent of(HostId host) {
        return new HostAgent() {
            @Override
            public <R> R call(HostCall<R> call, Duration limit) {
                spring(call, Moment.BEFORE);
                Object reply = hosts.get(host).handle(call);
                carriedOut.merge(call.getClass(), 1, Integer::sum);
                spring(call, Moment.AFTER);
                return call.reply().cast(reply);
            }
        };
    }

    private void spring(HostCall<?> call, Moment moment) {
        for (Trap trap : traps) {
            if (trap.call().isInstance(call) && trap.moment() == moment && traps.remove(trap)) {
                trap.action().run();
            }
        }
    }
}
