package io.supercloud.migration.simulation;

import io.supercloud.core.HostId;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostUnreachableException;
import io.supercloud.migration.MigrationException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The network between manager and hosts: calls of agents, and what may happen to a message on its way. */
final class SimulatedCalls implements SimulatedGuest.Wires {
    private static final long LATENCY_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    private static final long RECOVERY_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final long CUT_POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    /** One in so many tries is the last one. */
    private static final int CUT_LOSS = 200;

    private static final long DELAY_NANOS = TimeUnit.SECONDS.toNanos(15);

    /** What happens to one message. */
    enum Mishap {
        LOST,
        REPEATED,
        DELAYED,
        REFUSED,
        ANSWER_LOST
    }

    private record Trap(Class<?> call, Mishap mishap) {}

    private final Cluster cluster;
    private final Set<Set<String>> cuts = new HashSet<>();
    private final Deque<Trap> traps = new ArrayDeque<>();
    private Consumer<HostCall<?>> arrived = call -> {};
    private Optional<Consumer<HostCall<?>>> done = Optional.empty();

    SimulatedCalls(Cluster cluster) {
        this.cluster = cluster;
    }

    /** @param next is told each call when it reaches its host, before it is carried out */
    void observe(Consumer<HostCall<?>> next) {
        arrived = next;
    }

    /** @param next is told each call when its work is done and not yet answered */
    void observeDone(Consumer<HostCall<?>> next) {
        done = Optional.of(next);
    }

    void cut(String one, String other) {
        cuts.add(Set.of(one, other));
    }

    void mend(String one, String other) {
        cuts.remove(Set.of(one, other));
    }

    @Override
    public boolean cut(HostId one, HostId other) {
        return isCut(one.value(), other.value());
    }

    private boolean isCut(String one, String other) {
        return !one.equals(other) && cuts.contains(Set.of(one, other));
    }

    /** Happens to the message that arrives now, or next. */
    void mishap(Mishap mishap) {
        mishap(mishap, HostCall.class);
    }

    /** As the other one, to a call of this type. */
    void mishap(Mishap mishap, Class<?> call) {
        traps.add(new Trap(call, mishap));
    }

    /** Forgets the mishaps that have met no message. */
    void disarm() {
        traps.clear();
    }

    private Optional<Mishap> sprung(HostCall<?> call) {
        Optional<Trap> found =
                traps.stream().filter(trap -> trap.call().isInstance(call)).findFirst();
        found.ifPresent(traps::remove);
        return found.map(Trap::mishap);
    }

    /** The agents as {@code caller}, at {@code place}, reaches them. */
    HostAgent.Directory by(SimulatedProcess caller, String place) {
        return host -> new HostAgent() {
            @Override
            public <R> R call(HostCall<R> call, Duration limit) {
                return call.reply().cast(answer(new Message(caller, place, host, call), limit));
            }
        };
    }

    private static final class Message {
        private final SimulatedProcess caller;
        private final String from;
        private final HostId to;
        private final HostCall<?> call;
        private final CompletableFuture<Object> answer = new CompletableFuture<>();
        private boolean answerLost;

        Message(SimulatedProcess caller, String from, HostId to, HostCall<?> call) {
            this.caller = caller;
            this.from = from;
            this.to = to;
            this.call = call;
        }

        void lost(String why) {
            answer.completeExceptionally(new HostUnreachableException(to, new IOException(why)));
        }
    }

    private Object answer(Message message, Duration limit) {
        cluster.scheduler().after(limit.toNanos(), () -> message.lost("no answer in time"));
        onTheWay(message, () -> arrive(message));
        try {
            Object answer = message.answer.join();
            message.caller.pause();
            return answer;
        } catch (CompletionException e) {
            throw (RuntimeException) e.getCause();
        }
    }

    /** A message that is cut off is sent again by the network for a while, and arrives when the way is whole, or never. */
    private void onTheWay(Message message, Runnable arrival) {
        if (isCut(message.from, message.to.value())) {
            if (cluster.random().nextInt(CUT_LOSS) != 0) {
                cluster.scheduler().after(CUT_POLL_NANOS, () -> onTheWay(message, arrival));
            }
            return;
        }
        cluster.scheduler().after(cluster.scheduler().upTo(LATENCY_NANOS), arrival);
    }

    private void arrive(Message message) {
        arrived.accept(message.call);
        Optional<Mishap> mishap = sprung(message.call);
        mishap.ifPresent(what -> cluster.trace().say("%s to %s is %s", name(message), message.to, what));
        if (mishap.isEmpty()) {
            carryOut(message);
            return;
        }
        switch (mishap.get()) {
            case LOST -> {}
            case REPEATED -> {
                carryOut(message);
                cluster.scheduler().after(cluster.scheduler().upTo(DELAY_NANOS), () -> carryOut(message));
            }
            case REFUSED ->
                onTheWay(
                        message,
                        () -> message.answer.completeExceptionally(new MigrationException("a simulated fault")));
            case ANSWER_LOST -> {
                message.answerLost = true;
                carryOut(message);
            }
            case DELAYED -> cluster.scheduler().after(cluster.scheduler().upTo(DELAY_NANOS), () -> carryOut(message));
        }
    }

    private void carryOut(Message message) {
        SimulatedHost host = cluster.host(message.to);
        Optional<SimulatedProcess> agent = host.agent();
        if (cluster.mutant().swallows(message.call)) {
            onTheWay(message, () -> message.answer.complete(HostCall.Done.DONE));
            return;
        }
        if (agent.isEmpty()) {
            onTheWay(message, () -> message.lost("connection refused"));
            return;
        }
        SimulatedProcess process = agent.get();
        process.atEnd(() -> onTheWay(message, () -> message.lost("connection reset")));
        process.start(name(message), () -> {
            while (host.service().isEmpty()) {
                process.sleepNanos(RECOVERY_POLL_NANOS);
            }
            handle(message, host, process);
        });
    }

    private void handle(Message message, SimulatedHost host, SimulatedProcess process) {
        if (!isPolling(message.call)) {
            cluster.trace().sayOnce("%s: %s from %s".formatted(message.to, name(message), message.from));
        }
        try {
            Object answer = host.service().orElseThrow().handle(message.call);
            done.ifPresentOrElse(
                    told -> cluster.scheduler().after(0, () -> {
                        told.accept(message.call);
                        answered(message, process, answer);
                    }),
                    () -> answered(message, process, answer));
        } catch (RuntimeException e) {
            cluster.trace().say("%s: %s refused: %s", message.to, name(message), e.getMessage());
            onTheWay(
                    message,
                    () -> message.answer.completeExceptionally(new MigrationException(String.valueOf(e.getMessage()))));
        }
    }

    private void answered(Message message, SimulatedProcess process, Object answer) {
        if (process.alive() && !message.answerLost) {
            onTheWay(message, () -> message.answer.complete(answer));
        }
    }

    /** Calls that come so often that they would hide the others. */
    private static boolean isPolling(HostCall<?> call) {
        return call instanceof HostCall.FollowTransfer
                || call instanceof HostCall.Hydrate
                || call instanceof HostCall.KeepsRest
                || call instanceof HostCall.AskSource
                || call instanceof HostCall.ReadBlocks;
    }

    private static String name(Message message) {
        return message.call.getClass().getSimpleName();
    }
}
