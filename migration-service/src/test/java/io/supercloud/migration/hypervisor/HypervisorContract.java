package io.supercloud.migration.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.HostId;
import io.supercloud.core.ImageId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.VmId;
import io.supercloud.image.Volume;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.Hypervisor.Devices;
import io.supercloud.migration.hypervisor.VirtualMachine.Exit;
import io.supercloud.migration.hypervisor.VirtualMachine.RunState;
import io.supercloud.migration.hypervisor.VirtualMachine.StreamSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every hypervisor does. Two of them, on two hosts whose streams reach each other. */
abstract class HypervisorContract {
    static final VmId VM = new VmId("guest");
    static final Duration LIMIT = Duration.ofSeconds(60);
    static final HostId SOURCE = new HostId("source");
    static final HostId TARGET = new HostId("target");
    private static final StreamSettings SETTINGS = new StreamSettings(500, 0, 1, StreamShape.SINGLE);

    @TempDir
    Path folder;

    private final List<VirtualMachine> machines = new ArrayList<>();

    abstract Hypervisor source();

    abstract Hypervisor target();

    /** The source's hypervisor as a process finds it that has just been started. */
    abstract Hypervisor sourceAfterRestart();

    abstract Devices sourceDevices();

    abstract Devices targetDevices();

    /** The one disk of all. */
    abstract Volume disk();

    VmSpec spec() {
        Ipv4 address = Ipv4.parse("10.42.0.9");
        return new VmSpec(
                VM,
                new ImageId("guest"),
                128,
                1,
                64 << 20,
                "blue",
                address,
                MacAddress.of(address),
                source().facts().machine(),
                "qemu64");
    }

    /** Ends the machine with the test. */
    final VirtualMachine known(VirtualMachine machine) {
        machines.add(machine);
        return machine;
    }

    @AfterEach
    void endMachines() {
        machines.forEach(VirtualMachine::kill);
    }

    private VirtualMachine started() {
        return known(source().start(spec(), sourceDevices()));
    }

    final VirtualMachine running() {
        VirtualMachine machine = started();
        machine.resume();
        return machine;
    }

    final VirtualMachine awaiting() {
        return known(target().startIncoming(spec(), targetDevices()));
    }

    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    private static void streamToSwitchover(VirtualMachine from, VirtualMachine to) {
        from.beginStream(to.listen(anyPort(), SOURCE, StreamShape.SINGLE), TARGET, SETTINGS);
        from.awaitSwitchoverPoint(LIMIT, progress -> {});
    }

    @Test
    void aVmIsStartedPausedAndRunsWhenItIsResumed() {
        VirtualMachine machine = started();
        assertThat(machine.runState()).isEqualTo(RunState.PAUSED);
        machine.resume();
        machine.resume();
        assertThat(machine.runState()).isEqualTo(RunState.RUNNING);
        machine.pause();
        machine.pause();
        assertThat(machine.runState()).isEqualTo(RunState.PAUSED);
    }

    @Test
    void aKilledVmIsGoneAndItsExitIsTold() throws Exception {
        VirtualMachine machine = running();
        CompletableFuture<Exit> exit = new CompletableFuture<>();
        machine.onExit(exit::complete);

        machine.kill();
        machine.kill();

        assertThat(machine.alive()).isFalse();
        assertThat(machine.runState()).isEqualTo(RunState.BROKEN);
        assertThat(exit.get(LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS))
                .isEqualTo(Exit.KILLED);
        assertThat(source().adopt(VM)).isEmpty();
        assertThatThrownBy(machine::resume).isInstanceOf(MigrationException.class);
    }

    @Test
    void aRunningVmIsFoundByTheNextProcess() {
        running().close();

        VirtualMachine adopted = sourceAfterRestart().adopt(VM).orElseThrow();

        assertThat(adopted.runState()).isEqualTo(RunState.RUNNING);
        assertThat(adopted.id()).isEqualTo(VM);
        assertThat(sourceAfterRestart().adopt(new VmId("other"))).isEmpty();
    }

    @Test
    void aRefusedDiskRequestStopsTheGuestUntilItIsResumed() throws Exception {
        VirtualMachine machine = started();
        CompletableFuture<String> error = new CompletableFuture<>();
        machine.onDiskError(error::complete);
        disk().seal();
        machine.resume();

        assertThat(error.get(LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS))
                .isNotEmpty();
        assertThat(machine.runState()).isEqualTo(RunState.PAUSED);
        disk().unseal();
        machine.resume();
        assertThat(machine.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aSecondStartEndsTheFirstProcess() {
        VirtualMachine first = running();

        VirtualMachine second = started();

        assertThat(first.alive()).isFalse();
        assertThat(second.runState()).isEqualTo(RunState.PAUSED);
    }

    @Test
    void aStreamTakesAGuestToTheOtherHypervisor() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        assertThat(to.runState()).isEqualTo(RunState.AWAITING_STREAM);

        long begin = System.nanoTime();
        streamToSwitchover(from, to);
        assertThat(from.runState()).isEqualTo(RunState.PAUSED);
        assertThat(from.stoppedAtNanos()).isBetween(begin, System.nanoTime());
        from.finishStream(LIMIT);
        to.awaitArrival(LIMIT);
        to.resume();

        assertThat(to.runState()).isEqualTo(RunState.RUNNING);
        assertThat(from.runState()).isEqualTo(RunState.PAUSED);
        assertThat(from.streamProgress().sentBytes()).isPositive();
    }

    @Test
    void aGuestThatHasArrivedMayStillGoOnAtItsSource() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        streamToSwitchover(from, to);
        from.finishStream(LIMIT);

        to.kill();
        from.cancelStream();
        from.resume();

        assertThat(from.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aStreamThatIsCancelledBeforeTheSwitchLeavesTheGuestRunning() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        streamToSwitchover(from, to);

        from.cancelStream();
        from.cancelStream();
        from.resume();

        assertThat(from.runState()).isEqualTo(RunState.RUNNING);
        await().dontCatchUncaughtExceptions().atMost(LIMIT).until(() -> !to.alive());
    }

    @Test
    void aGuestCanBeStreamedAgainAfterACancelledStream() {
        VirtualMachine from = running();
        streamToSwitchover(from, awaiting());
        from.cancelStream();
        from.resume();

        VirtualMachine to = awaiting();
        streamToSwitchover(from, to);
        from.finishStream(LIMIT);
        to.awaitArrival(LIMIT);
        to.resume();

        assertThat(to.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aStreamWhoseTargetDiesFailsAndTheGuestGoesOn() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        streamToSwitchover(from, to);

        to.kill();

        assertThatThrownBy(() -> from.finishStream(Duration.ofSeconds(10))).isInstanceOf(MigrationException.class);
        from.cancelStream();
        from.resume();
        assertThat(from.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aResetGuestStartsAnewInTheSameProcess() {
        VirtualMachine machine = running();
        machine.reset();
        assertThat(machine.alive()).isTrue();
        assertThat(machine.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aGuestGoesOnFromItsSavedStateAtTheOtherHypervisor() {
        Path state = folder.resolve("state");
        VirtualMachine from = running();
        from.saveState(state, LIMIT);
        assertThat(from.runState()).isEqualTo(RunState.PAUSED);
        from.kill();

        VirtualMachine to = known(target().startFromState(spec(), targetDevices(), state));

        assertThat(to.runState()).isEqualTo(RunState.PAUSED);
        to.resume();
        assertThat(to.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aGuestGoesOnAfterItsStateWasSavedAndCanBeStreamedThen() {
        VirtualMachine from = running();
        from.saveState(folder.resolve("state"), LIMIT);
        from.resume();
        assertThat(from.runState()).isEqualTo(RunState.RUNNING);
        from.saveState(folder.resolve("state"), LIMIT);
        from.resume();

        VirtualMachine to = awaiting();
        streamToSwitchover(from, to);
        from.finishStream(LIMIT);
        to.awaitArrival(LIMIT);
        to.resume();

        assertThat(to.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aGuestThatHasArrivedByAStreamCanHaveItsStateSaved() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        streamToSwitchover(from, to);
        from.finishStream(LIMIT);
        to.awaitArrival(LIMIT);
        to.resume();
        from.kill();
        to.saveState(folder.resolve("state"), LIMIT);
        to.kill();
        VirtualMachine again = known(source().startFromState(spec(), sourceDevices(), folder.resolve("state")));
        again.resume();
    }

    @Test
    void aStateThatCannotBeWrittenLeavesTheGuestAbleToGoOn() {
        VirtualMachine from = running();

        assertThatThrownBy(() -> from.saveState(folder.resolve("none/state"), LIMIT))
                .isInstanceOf(MigrationException.class);

        from.resume();
        assertThat(from.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aDamagedStateStartsNothing() throws IOException {
        Path state = folder.resolve("state");
        VirtualMachine from = running();
        from.saveState(state, LIMIT);
        from.kill();
        byte[] whole = Files.readAllBytes(state);
        Files.write(state, Arrays.copyOf(whole, whole.length / 2));

        assertThatThrownBy(() -> target().startFromState(spec(), targetDevices(), state))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("saved state");
        assertThat(target().adopt(VM)).isEmpty();
    }

    @Test
    void aPausedGuestIsStreamedAndStaysPaused() {
        VirtualMachine from = running();
        from.pause();
        VirtualMachine to = awaiting();

        streamToSwitchover(from, to);
        from.finishStream(LIMIT);
        to.awaitArrival(LIMIT);

        assertThat(to.runState()).isEqualTo(RunState.PAUSED);
    }

    @Test
    void aStreamToNobodyFails() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        InetSocketAddress nobody = to.listen(anyPort(), SOURCE, StreamShape.SINGLE);
        to.kill();

        assertThatThrownBy(() -> {
                    from.beginStream(nobody, TARGET, SETTINGS);
                    from.awaitSwitchoverPoint(LIMIT, progress -> {});
                })
                .isInstanceOf(MigrationException.class);
        from.cancelStream();
        from.resume();
        assertThat(from.runState()).isEqualTo(RunState.RUNNING);
    }

    @Test
    void aTargetWhoseSourceDiesNeverRuns() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        streamToSwitchover(from, to);

        from.kill();

        assertThatThrownBy(() -> to.awaitArrival(Duration.ofSeconds(10))).isInstanceOf(MigrationException.class);
        await().dontCatchUncaughtExceptions().atMost(LIMIT).until(() -> to.runState() == RunState.BROKEN);
    }

    @Test
    void aStreamUnderWayIsFoundAndCancelledByTheNextProcess() {
        VirtualMachine from = running();
        VirtualMachine to = awaiting();
        streamToSwitchover(from, to);
        from.close();

        VirtualMachine adopted = sourceAfterRestart().adopt(VM).orElseThrow();
        adopted.cancelStream();
        adopted.resume();

        assertThat(adopted.runState()).isEqualTo(RunState.RUNNING);
        await().dontCatchUncaughtExceptions().atMost(LIMIT).until(() -> !to.alive());
    }

    @Test
    void theConsoleIsKeptAndCanBeTypedInto() {
        VirtualMachine machine = running();

        machine.type("hello\n".getBytes(StandardCharsets.UTF_8));

        assertThat(machine.consoleLog()).isRegularFile();
    }
}
