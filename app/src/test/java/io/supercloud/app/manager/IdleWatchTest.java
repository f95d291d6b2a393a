package io.supercloud.app.manager;

import static io.supercloud.app.manager.ManagedCluster.AMBER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.Registry;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostActivity.VmActivity;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.Json;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.VmRecord.Desired;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdleWatchTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Duration UNUSED = Duration.ofSeconds(60);
    private static final long FRAMES = 100;

    private ManagedCluster cluster;
    private IdleWatch watch;
    private VmId vm;
    private volatile Instant now = Instant.parse("2026-01-31T12:00:00Z");

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = new ManagedCluster(folder);
        vm = cluster.vm("web", AMBER, Desired.RUNNING);
        VmLife life = new VmLife(cluster.registry, cluster.agents, () -> now, cluster.vms, cluster.moves);
        watch = new IdleWatch(cluster.registry, cluster.agents, life, () -> now, new VirtualThreadTasks());
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private void sleepingAfter(Optional<Duration> unused) {
        Registry.Entry entry = cluster.vms.record(vm);
        VmRecord record = Json.read(entry, VmRecord.class).sleepingAfter(unused);
        cluster.registry.replace(entry, Json.write(record));
        await().atMost(LIMIT).until(() -> watch.watches(vm) == unused.isPresent());
    }

    /** Looks, and again when so long has gone by, in which the VM has done so much. */
    private void lookFor(Duration time, long frames, long cpuMillis) {
        cluster.agents.activities = List.of(new VmActivity(vm, FRAMES, 1_000));
        watch.look();
        now = now.plus(time);
        cluster.agents.activities = List.of(new VmActivity(vm, FRAMES + frames, 1_000 + cpuMillis));
        watch.look();
    }

    private int suspended() {
        return cluster.agents.asked(HostCall.SuspendVm.class).size();
    }

    @Test
    void aVmThatNobodyUsesForItsTimeIsPutToSleep() {
        sleepingAfter(Optional.of(UNUSED));
        lookFor(UNUSED, 0, 600);
        await().atMost(LIMIT).until(() -> suspended() == 1);
        assertThat(cluster.agents.asked(HostCall.SuspendVm.class)).containsExactly(new HostCall.SuspendVm(vm, true));
    }

    @Test
    void aVmThatIsUsedStaysAwake() {
        sleepingAfter(Optional.of(UNUSED));
        lookFor(UNUSED.minusMillis(1), 0, 0);
        lookFor(UNUSED, 1, 0);
        lookFor(UNUSED, 0, UNUSED.toMillis() / 2);
        assertThat(suspended()).isZero();
    }

    @Test
    void theTimeBeginsAnewWithEachUse() {
        sleepingAfter(Optional.of(UNUSED));
        lookFor(UNUSED.dividedBy(2), 1, 0);
        now = now.plus(UNUSED.dividedBy(2));
        watch.look();
        assertThat(suspended()).isZero();
        now = now.plus(UNUSED.dividedBy(2));
        watch.look();
        await().atMost(LIMIT).until(() -> suspended() == 1);
    }

    @Test
    void aVmWithoutSuchAPolicyIsNotLookedAt() {
        lookFor(UNUSED, 0, 0);
        assertThat(suspended()).isZero();
        assertThat(cluster.agents.asked(HostCall.ReadActivity.class)).isEmpty();
    }

    @Test
    void aVmOnAHostThatDoesNotAnswerStaysAwake() {
        sleepingAfter(Optional.of(UNUSED));
        lookFor(UNUSED.dividedBy(2), 0, 0);
        cluster.agents.activities = List.of();
        now = now.plus(UNUSED);
        watch.look();
        assertThat(suspended()).isZero();
    }
}
