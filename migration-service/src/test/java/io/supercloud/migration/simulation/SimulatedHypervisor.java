package io.supercloud.migration.simulation;

import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.Accelerator;
import io.supercloud.migration.hypervisor.Hypervisor;
import io.supercloud.migration.hypervisor.StreamShape;
import io.supercloud.migration.hypervisor.VirtualMachine;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** A host's hypervisor as one run of its agent has it. The guests are the host's, and outlive the agent. */
final class SimulatedHypervisor implements Hypervisor {
    private static final long START_NANOS = TimeUnit.MILLISECONDS.toNanos(150);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** How long a monitor's answer is waited for, as {@code QmpClient} does. */
    private static final long ANSWER_LIMIT_NANOS = TimeUnit.SECONDS.toNanos(20);

    private final SimulatedHost host;
    private final SimulatedProcess agent;

    SimulatedHypervisor(SimulatedHost host, SimulatedProcess agent) {
        this.host = host;
        this.agent = agent;
    }

    @Override
    public Optional<Instant> trustedUntil() {
        return Optional.empty();
    }

    @Override
    public Facts facts() {
        return new Facts(
                "a simulated hypervisor",
                10,
                Accelerator.TCG,
                "pc-simulated-1",
                List.of("pc-simulated-1"),
                List.of("qemu64"),
                1,
                true);
    }

    @Override
    public VirtualMachine start(VmSpec spec, Devices devices) {
        VirtualMachine booted = start(spec, VirtualMachine.RunState.PAUSED);
        host.witness().booted();
        return booted;
    }

    @Override
    public VirtualMachine startIncoming(VmSpec spec, Devices devices) {
        return start(spec, VirtualMachine.RunState.AWAITING_STREAM);
    }

    @Override
    public VirtualMachine startFromState(VmSpec spec, Devices devices, Path state) {
        Machine machine = start(spec, VirtualMachine.RunState.PAUSED);
        try {
            machine.load(state);
            return machine;
        } catch (MigrationException e) {
            machine.kill();
            throw e;
        }
    }

    private Machine start(VmSpec spec, VirtualMachine.RunState first) {
        adopt(spec.id()).ifPresent(VirtualMachine::kill);
        if (!host.disks().served()) {
            throw new MigrationException("VM %s did not come up: nobody serves its disk".formatted(spec.id()));
        }
        SimulatedGuest guest = host.startGuest(first);
        agent.sleepNanos(host.scheduler().upTo(START_NANOS));
        return new Machine(spec.id(), guest);
    }

    @Override
    public Optional<VirtualMachine> adopt(VmId vm) {
        agent.pause();
        return host.guest().map(guest -> new Machine(vm, guest));
    }

    /** One process by its monitor. */
    private final class Machine implements VirtualMachine {
        private final VmId vm;
        private final SimulatedGuest guest;

        Machine(VmId vm, SimulatedGuest guest) {
            this.vm = vm;
            this.guest = guest;
        }

        private void ask(Runnable command) {
            agent.pause();
            await(
                    () -> !guest.alive() || guest.process().responds(),
                    ANSWER_LIMIT_NANOS,
                    "its monitor does not answer");
            requireAlive();
            command.run();
            agent.pause();
        }

        private void await(BooleanSupplier done, long limitNanos, String otherwise) {
            long end = agent.nanoTime() + limitNanos;
            while (!done.getAsBoolean()) {
                if (agent.nanoTime() >= end) {
                    throw new MigrationException("VM %s: %s".formatted(vm, otherwise));
                }
                agent.sleepNanos(POLL_NANOS);
            }
        }

        private void requireAlive() {
            if (!guest.alive()) {
                throw new MigrationException("VM %s: its process is gone".formatted(vm));
            }
        }

        @Override
        public VmId id() {
            return vm;
        }

        @Override
        public RunState runState() {
            agent.pause();
            return guest.state();
        }

        @Override
        public MemoryLoad measureMemory() {
            ask(() -> {});
            return new MemoryLoad(1 << 20, 0, 1);
        }

        @Override
        public void resume() {
            ask(guest::resume);
        }

        @Override
        public void pause() {
            ask(guest::pause);
        }

        @Override
        public void pressPowerButton() {
            ask(guest.process()::kill);
        }

        @Override
        public void reset() {
            throw new UnsupportedOperationException("moves reset nothing");
        }

        @Override
        public void saveState(Path file, Duration limit) {
            ask(guest::pause);
            await(() -> !guest.alive() || guest.quiet(), limit.toNanos(), "its disk requests are not answered");
            ask(() -> {
                try {
                    Files.write(file, guest.savedMemory());
                } catch (IOException e) {
                    throw new MigrationException("VM %s: its state was not saved".formatted(vm), e);
                }
            });
        }

        private void load(Path file) {
            ask(() -> {
                try {
                    guest.load(Files.readAllBytes(file));
                } catch (IOException e) {
                    throw new MigrationException("VM %s: its state is not whole".formatted(vm), e);
                }
            });
        }

        @Override
        public void kill() {
            agent.pause();
            guest.process().kill();
        }

        @Override
        public boolean alive() {
            return guest.alive();
        }

        @Override
        public Duration cpuTime() {
            return Duration.ZERO;
        }

        @Override
        public void onExit(Consumer<Exit> action) {
            guest.onExit(exit -> agent.start("exit of " + vm, () -> action.accept(exit)));
        }

        @Override
        public void onDiskError(Consumer<String> action) {
            guest.onDiskError(reason -> agent.start("disk of " + vm, () -> action.accept(reason)));
        }

        @Override
        public InetSocketAddress listen(InetSocketAddress address, HostId source, StreamShape shape) {
            ask(() -> {});
            return new InetSocketAddress(address.getAddress(), host.listen(guest));
        }

        @Override
        public void awaitArrival(Duration limit) {
            await(() -> !guest.alive() || guest.arrived(), limit.toNanos(), "no stream arrived");
            requireAlive();
        }

        @Override
        public void beginStream(InetSocketAddress to, HostId target, StreamSettings settings) {
            ask(() -> {
                if (guest.phase().underWay()) {
                    throw new MigrationException("VM %s: a stream is under way already".formatted(vm));
                }
                guest.beginStream(listener(to), !settings.shape().postCopy());
            });
        }

        private SimulatedGuest listener(InetSocketAddress at) {
            return host.listener(at.getPort())
                    .orElseThrow(() -> new MigrationException("VM %s: nobody listens at %s".formatted(vm, at)));
        }

        @Override
        public void adjustStream(StreamSettings settings) {
            ask(() -> {});
        }

        @Override
        public void startPostCopy() {
            ask(guest::startPostCopy);
        }

        @Override
        public Rest restOfMemory() {
            ask(() -> {});
            return guest.rest();
        }

        @Override
        public Rest awaitRest(Duration limit) {
            long end = agent.nanoTime() + limit.toNanos();
            while (restOfMemory() == Rest.ARRIVING && agent.nanoTime() < end) {
                agent.sleepNanos(POLL_NANOS);
            }
            return restOfMemory();
        }

        @Override
        public void breakRest() {
            ask(guest::breakRest);
        }

        @Override
        public InetSocketAddress listenForRest(InetSocketAddress address) {
            ask(() -> {});
            return new InetSocketAddress(address.getAddress(), host.listen(guest));
        }

        @Override
        public void resumeRest(InetSocketAddress address) {
            ask(() -> guest.follow(listener(address)));
        }

        @Override
        public StreamProgress streamProgress() {
            ask(() -> {});
            boolean follows = guest.rest() != Rest.NONE;
            return new StreamProgress(
                    guest.phase().name(),
                    follows ? guest.restSent() : 1 << 20,
                    1 << 20,
                    1 << 20,
                    guest.round(),
                    0,
                    0,
                    0,
                    0,
                    0);
        }

        @Override
        public void awaitSwitchoverPoint(Duration limit, Consumer<StreamProgress> progress) {
            long end = agent.nanoTime() + limit.toNanos();
            while (guest.alive() && guest.phase() == SimulatedGuest.Phase.ACTIVE && agent.nanoTime() < end) {
                progress.accept(streamProgress());
                agent.sleepNanos(PROGRESS_NANOS);
            }
            requirePhase(SimulatedGuest.Phase.PRE_SWITCHOVER);
        }

        private void requirePhase(SimulatedGuest.Phase wanted) {
            requireAlive();
            if (guest.phase() != wanted) {
                throw new MigrationException("the memory stream ended as '%s'".formatted(guest.phase()));
            }
        }

        @Override
        public long stoppedAtNanos() {
            return guest.stoppedAtNanos();
        }

        @Override
        public void finishStream(Duration limit) {
            ask(() -> {
                requirePhase(SimulatedGuest.Phase.PRE_SWITCHOVER);
                guest.sendDeviceState();
            });
            await(
                    () -> !guest.alive() || guest.phase() != SimulatedGuest.Phase.DEVICE,
                    limit.toNanos(),
                    "its device state did not arrive");
            requirePhase(SimulatedGuest.Phase.COMPLETED);
        }

        @Override
        public void cancelStream() {
            ask(guest::cancelStream);
        }

        @Override
        public Path consoleLog() {
            return host.directory().resolve(vm + ".log");
        }

        @Override
        public void type(byte[] input) {
            ask(() -> {});
        }

        @Override
        public void close() {}
    }
}
