package io.supercloud.migration.hypervisor;

import io.supercloud.core.VmId;
import io.supercloud.image.BlockDevice;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.VmSpec;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Runs {@link InMemoryGuest}s. They outlive whoever uses this, as processes do; {@link #crash} ends one from outside. Memory
 * streams travel by an {@link Exchange} that several of these share.
 */
public final class InMemoryHypervisor implements Hypervisor {
    private final Path directory;
    private final Exchange exchange;
    private final Function<Devices, Optional<BlockDevice>> disks;
    private final Map<VmId, InMemoryGuest> guests = new ConcurrentHashMap<>();
    private volatile boolean refusing;

    /** @param disks what serves a guest's disk requests at this moment; empty where nobody does, so that they wait */
    public InMemoryHypervisor(Path directory, Exchange exchange, Function<Devices, Optional<BlockDevice>> disks) {
        this.directory = directory;
        this.exchange = exchange;
        this.disks = disks;
    }

    /** Where a source's calls can be interrupted. */
    public enum Point {
        /** The stream has begun; the guest still runs at the source. */
        STREAMING,
        /** The guest is stopped; its device state has not been sent. */
        FINISHING,
        /** All of the guest has arrived at the target. */
        FINISHED
    }

    /** The wires between hypervisors, and the witness of what their guests did. */
    public static final class Exchange {
        private final Map<Integer, InMemoryGuest> listening = new ConcurrentHashMap<>();
        private final Map<Point, Runnable> hooks = new ConcurrentHashMap<>();
        private final AtomicInteger nextPort = new AtomicInteger(1);
        private final Map<VmId, InMemoryGuest> running = new ConcurrentHashMap<>();
        private final Map<Long, Long> acknowledged = new ConcurrentHashMap<>();
        private final List<String> violations = new CopyOnWriteArrayList<>();

        /** Runs {@code action} once, when the next stream comes to {@code point}. */
        public void at(Point point, Runnable action) {
            hooks.put(point, action);
        }

        /** What no guest may ever see: sentences. */
        public List<String> violations() {
            return List.copyOf(violations);
        }

        /** The number last written to each block, as far as the disk has answered. */
        public Map<Long, Long> acknowledged() {
            return Map.copyOf(acknowledged);
        }

        void reached(Point point) {
            Runnable hook = hooks.remove(point);
            if (hook != null) {
                hook.run();
            }
        }

        int listen(InMemoryGuest guest) {
            int port = nextPort.getAndIncrement();
            listening.put(port, guest);
            return port;
        }

        Optional<InMemoryGuest> listener(int port) {
            return Optional.ofNullable(listening.get(port)).filter(InMemoryGuest::alive);
        }

        void runs(InMemoryGuest guest) {
            InMemoryGuest other = running.putIfAbsent(guest.id(), guest);
            if (other != null && other != guest) {
                violated("VM %s runs at two places at once".formatted(guest.id()));
            }
        }

        void stands(InMemoryGuest guest) {
            running.remove(guest.id(), guest);
        }

        void acknowledged(long block, long number) {
            acknowledged.put(block, number);
        }

        void violated(String sentence) {
            violations.add(sentence);
        }
    }

    @Override
    public Optional<Instant> trustedUntil() {
        return Optional.empty();
    }

    @Override
    public Facts facts() {
        return new Facts(
                "an in-memory hypervisor",
                10,
                Accelerator.TCG,
                "pc-in-memory-1",
                List.of("pc-in-memory-1"),
                List.of("qemu64"),
                2,
                true);
    }

    @Override
    public VirtualMachine start(VmSpec spec, Devices devices) {
        return start(spec, devices, VirtualMachine.RunState.PAUSED);
    }

    @Override
    public VirtualMachine startIncoming(VmSpec spec, Devices devices) {
        return start(spec, devices, VirtualMachine.RunState.AWAITING_STREAM);
    }

    @Override
    public VirtualMachine startFromState(VmSpec spec, Devices devices, Path state) {
        InMemoryGuest guest = start(spec, devices, VirtualMachine.RunState.PAUSED);
        try {
            if (refusing) {
                throw new MigrationException("the state of VM %s is refused".formatted(spec.id()));
            }
            guest.load(state);
            return guest;
        } catch (MigrationException e) {
            guest.kill();
            throw e;
        }
    }

    /** From now on no saved state is loaded. */
    public void refuseStates() {
        refusing = true;
    }

    private InMemoryGuest start(VmSpec spec, Devices devices, VirtualMachine.RunState first) {
        adopt(spec.id()).ifPresent(VirtualMachine::kill);
        if (disks.apply(devices).isEmpty()) {
            throw new MigrationException("VM %s did not come up: nobody serves its disk".formatted(spec.id()));
        }
        InMemoryGuest guest = new InMemoryGuest(
                spec, exchange, () -> disks.apply(devices), directory.resolve(spec.id() + ".log"), first);
        guests.put(spec.id(), guest);
        return guest;
    }

    @Override
    public Optional<VirtualMachine> adopt(VmId vm) {
        return guest(vm).map(VirtualMachine.class::cast);
    }

    /** The living process of a VM here. */
    public Optional<InMemoryGuest> guest(VmId vm) {
        return Optional.ofNullable(guests.get(vm)).filter(InMemoryGuest::alive);
    }

    /** The process of a VM ends, as by the kernel's hand; nothing happens where there is none. */
    public void crash(VmId vm) {
        guest(vm).ifPresent(InMemoryGuest::kill);
    }
}
