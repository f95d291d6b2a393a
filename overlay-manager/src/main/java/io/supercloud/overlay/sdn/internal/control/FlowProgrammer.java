package io.supercloud.overlay.sdn.internal.control;

import io.supercloud.core.HostId;
import io.supercloud.overlay.sdn.OverlayException;
import io.supercloud.overlay.sdn.PortId;
import io.supercloud.overlay.sdn.Topology;
import io.supercloud.overlay.sdn.internal.flows.FlowCompiler;
import io.supercloud.overlay.sdn.internal.flows.FlowDiff;
import io.supercloud.overlay.sdn.internal.openflow.Action;
import io.supercloud.overlay.sdn.internal.openflow.Flow;
import io.supercloud.overlay.sdn.internal.openflow.PacketIn;
import io.supercloud.overlay.sdn.internal.openflow.SwitchSession;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds what the switch is to do and makes it so. A session is used only after its flows were compared with the wanted
 * ones; one that fails or does not answer in time is closed, so that the switch connects again and is compared again.
 */
public final class FlowProgrammer implements SwitchSession.Listener {
    /** How long a caller waits in all, over reconnects. */
    static final long APPLY_MILLIS = 3_000;

    private static final long ANSWER_MILLIS = 2_000;
    private static final Logger LOG = LoggerFactory.getLogger(FlowProgrammer.class);

    private final HostId me;
    private final PacketHandler packets;
    private final Runnable afterReconnect;
    private final ReentrantLock programming = new ReentrantLock();
    private final Condition becameReady = programming.newCondition();
    private final TunnelWarmer warmer = new TunnelWarmer(System::nanoTime);
    private Topology topology = Topology.EMPTY;
    private final Map<String, Integer> ofports = new HashMap<>();
    private Set<Flow> installed = Set.of();
    private volatile SwitchSession ready;
    private volatile Optional<String> failure = Optional.empty();

    /** @param afterReconnect called on a thread that may block, whenever the flows of a new session are right */
    public FlowProgrammer(HostId me, PacketHandler packets, Runnable afterReconnect) {
        this.me = me;
        this.packets = packets;
        this.afterReconnect = afterReconnect;
    }

    public boolean connected() {
        return ready != null;
    }

    /** Why the last session could not be brought up, if it could not. */
    public Optional<String> failure() {
        return failure;
    }

    /** Installs {@code next}; throws where the switch has not acknowledged it in {@link #APPLY_MILLIS}. */
    public void apply(Topology next) {
        programming.lock();
        try {
            topology = next;
            packets.look(next, ofports);
            install();
        } finally {
            programming.unlock();
        }
    }

    /** Changes the known devices and what follows from them; leaves that to the next connect where there is none now. */
    public void updateDevices(Consumer<Map<String, Integer>> change) {
        programming.lock();
        try {
            change.accept(ofports);
            packets.look(topology, ofports);
            if (connected()) {
                install();
            }
        } finally {
            programming.unlock();
        }
    }

    /** How many packets the flows of each port with a device have matched. Others may change flows meanwhile. */
    public Map<PortId, Long> frames() {
        Map<PortId, Set<Flow>> active;
        SwitchSession session;
        programming.lock();
        try {
            session = awaitReady(System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(APPLY_MILLIS));
            active = FlowCompiler.active(topology, me, ofports);
        } finally {
            programming.unlock();
        }
        Map<Flow, Long> packets = new HashMap<>();
        await(session.dump()).entries().forEach(entry -> packets.put(entry.flow(), entry.packets()));
        Map<PortId, Long> frames = new HashMap<>();
        active.forEach((port, flows) -> frames.put(
                port,
                flows.stream().mapToLong(flow -> packets.getOrDefault(flow, 0L)).sum()));
        return frames;
    }

    private void install() {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(APPLY_MILLIS);
        while (true) {
            SwitchSession session = awaitReady(deadline);
            Set<Flow> wanted = FlowCompiler.compile(topology, me, ofports);
            FlowDiff diff = FlowDiff.between(installed, wanted);
            try {
                if (!diff.isEmpty()) {
                    await(session.change(false, diff.removed(), diff.added()));
                }
                installed = wanted;
                warmer.warm(session, topology, me, ofports);
                return;
            } catch (OverlayException broken) {
                abandon(session, broken);
                if (System.nanoTime() - deadline >= 0) {
                    throw broken;
                }
            }
        }
    }

    private SwitchSession awaitReady(long deadline) {
        try {
            long left = deadline - System.nanoTime();
            while (ready == null && left > 0) {
                left = becameReady.awaitNanos(left);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new OverlayException("interrupted while waiting for the switch", interrupted);
        }
        SwitchSession session = ready;
        if (session == null) {
            throw new OverlayException(
                    "the switch of host '%s' did not connect to its controller within %d ms: the change is kept and will be made when it does; %s"
                            .formatted(me, APPLY_MILLIS, failure.orElse("is ovs-vswitchd running?")));
        }
        return session;
    }

    private void abandon(SwitchSession session, OverlayException broken) {
        failure = Optional.of(broken.getMessage());
        ready = null;
        session.close();
    }

    @Override
    public void opened(SwitchSession session) {
        Thread.ofVirtual().name("reconcile").start(() -> reconcile(session));
    }

    /** Only what differs is changed. Flows that are of no form of ours are swept away within the same bundle. */
    private void reconcile(SwitchSession session) {
        programming.lock();
        try {
            SwitchSession.Dump present = await(session.dump());
            Set<Flow> wanted = FlowCompiler.compile(topology, me, ofports);
            FlowDiff diff = FlowDiff.between(present.complete() ? present.flows() : List.of(), wanted);
            if (!present.complete() || !diff.isEmpty()) {
                await(session.change(!present.complete(), diff.removed(), diff.added()));
            }
            installed = wanted;
            warmer.forget();
            warmer.warm(session, topology, me, ofports);
            ready = session;
            failure = Optional.empty();
            becameReady.signalAll();
            LOG.info(
                    "The switch of host {} is connected: {} of its {} flows were right, {} added, {} removed",
                    me,
                    wanted.size() - diff.added().size(),
                    wanted.size(),
                    diff.added().size(),
                    diff.removed().size());
        } catch (OverlayException broken) {
            LOG.warn("The flows of host {} could not be reconciled: {}", me, broken.getMessage());
            abandon(session, broken);
            return;
        } finally {
            programming.unlock();
        }
        afterReconnect.run();
    }

    @Override
    public void packet(SwitchSession session, PacketIn packet) {
        packets.handle(packet).ifPresent(reply -> session.send(List.of(Action.Output.to(packet.port())), reply));
    }

    @Override
    public void closed(SwitchSession session) {
        if (ready == session) {
            ready = null;
        }
    }

    private static SwitchSession.Dump await(CompletableFuture<SwitchSession.Dump> answer) {
        try {
            return answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new OverlayException("the switch did not answer within %d ms".formatted(ANSWER_MILLIS), late);
        } catch (ExecutionException refused) {
            throw new OverlayException(refused.getCause().getMessage(), refused.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new OverlayException("interrupted while waiting for the switch", interrupted);
        }
    }
}
