package io.supercloud.overlay.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.SupercloudException;
import io.supercloud.overlay.cloud.ec2.internal.Ec2Cloud;
import io.supercloud.overlay.cloud.ec2.internal.Ec2Wire;
import io.supercloud.overlay.cloud.ec2.jclouds.JcloudsWire;
import io.supercloud.overlay.cloud.internal.LaunchRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A manager that is killed at any call of EC2, and the next one. */
final class Ec2KillTest {
    private static final String DEPLOYMENT = "demo";

    @TempDir
    Path directory;

    private Ec2Bed bed;
    private Ec2Wire wire;

    @BeforeEach
    void open() throws IOException {
        bed = new Ec2Bed(directory);
        wire = JcloudsWire.open(bed.ec2.account(Ec2Bed.ACCOUNT), bed.time);
    }

    @AfterEach
    void close() {
        wire.close();
        bed.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    void noCallOfUpLeavesAnOrphanOrAnUnknownBill(int lagSeconds) {
        bed.ec2.lag(Duration.ofSeconds(lagSeconds));
        int calls = callsOf(this::up);
        assertThat(calls).isGreaterThanOrEqualTo(18);
        for (boolean carriedOut : List.of(false, true)) {
            for (int call = 0; call < calls; call++) {
                bed.registry = new InMemoryRegistry();
                kill(call, carriedOut, this::up);
                recover("up, call %d, carried out: %s".formatted(call, carriedOut));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 20})
    void noCallOfDownLeavesAnOrphanOrAnUnknownBill(int lagSeconds) {
        bed.ec2.lag(Duration.ofSeconds(lagSeconds));
        up(launcher(bed.registry, wire));
        int calls = callsOf(this::down);
        assertThat(calls).isGreaterThanOrEqualTo(12);
        for (boolean carriedOut : List.of(false, true)) {
            for (int call = 0; call < calls; call++) {
                bed.registry = new InMemoryRegistry();
                up(launcher(bed.registry, wire));
                kill(call, carriedOut, this::down);
                recover("down, call %d, carried out: %s".formatted(call, carriedOut));
            }
        }
    }

    @Test
    void whatTheMatrixKillsIsEveryKindOfCall() {
        HostLauncher launcher = launcher(bed.registry, wire);
        up(launcher);
        down(launcher);
        List<String> wired = List.of(Ec2Wire.class.getDeclaredMethods()).stream()
                .map(method -> method.getName())
                .filter(name -> !name.equals("close"))
                .toList();
        assertThat(bed.ec2.calls().stream().distinct()).hasSameSizeAs(wired);
    }

    /** Runs it to its end; how many calls of EC2 it made. */
    private int callsOf(Consumer<HostLauncher> work) {
        int before = bed.ec2.calls().size();
        work.accept(launcher(bed.registry, wire));
        int calls = bed.ec2.calls().size() - before;
        down(launcher(bed.registry, wire));
        return calls;
    }

    private void kill(int call, boolean carriedOut, Consumer<HostLauncher> work) {
        InMemoryRegistry victim = bed.registry.another();
        CutWire cut = new CutWire(wire, call, carriedOut, victim::cutOff);
        try {
            work.accept(launcher(victim, cut.wire()));
        } catch (SupercloudException e) {
            assertThat(cut.killed()).as(e.toString()).isTrue();
        }
        assertThat(cut.killed()).as("call %d was made", call).isTrue();
        victim.expireSession();
    }

    /** The next manager sweeps when it starts and from time to time. */
    private void recover(String when) {
        HostLauncher next = launcher(bed.registry, wire);
        next.sweep(DEPLOYMENT);
        assertThat(bed.records()).as(when).extracting(LaunchRecord::token).containsAll(bed.billedTokens());
        bed.time.sleep(Duration.ofMinutes(6));
        next.sweep(DEPLOYMENT);
        assertThat(bed.billed()).as(when).isEqualTo(bed.known());
        assertThat(bed.records()).as(when).hasSameSizeAs(bed.known());
        assertThat(bed.open()).as(when).isEqualTo(bed.ec2.groups().isEmpty() ? Set.of() : bed.needed());
        down(next);
        assertThat(bed.billed()).as(when).isEmpty();
        assertThat(bed.ec2.groups()).as(when).isEmpty();
        assertThat(bed.records()).as(when).isEmpty();
    }

    private HostLauncher launcher(InMemoryRegistry registry, Ec2Wire through) {
        return bed.launcher(registry, new Ec2Cloud(bed.ec2.account(Ec2Bed.ACCOUNT), through, bed.time));
    }

    private void up(HostLauncher launcher) {
        launcher.sweep(DEPLOYMENT);
        launcher.launch(bed.order(DEPLOYMENT, "alpha", "m8i.xlarge", false), line -> {});
        launcher.launch(bed.order(DEPLOYMENT, "beta", "c7i.large", true), line -> {});
    }

    private void down(HostLauncher launcher) {
        launcher.terminate(new HostId("alpha"));
        launcher.sweep(DEPLOYMENT);
        launcher.terminate(new HostId("beta"));
        launcher.sweep(DEPLOYMENT);
        launcher.forget(DEPLOYMENT);
    }
}
