package io.supercloud.app.manager;

import static io.supercloud.app.manager.ManagedCluster.AMBER;
import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.VmId;
import io.supercloud.image.ScrubReport;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord.Desired;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScrubWatchTest {
    private static final Duration EVERY = Duration.ofDays(7);

    private ManagedCluster cluster;
    private ScrubWatch watch;
    private VmId vm;
    private Instant now = Instant.parse("2026-01-31T12:00:00Z");

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = new ManagedCluster(folder);
        vm = cluster.vm("web", AMBER, Desired.RUNNING);
        VmLife life = new VmLife(cluster.registry, cluster.agents, () -> now, cluster.vms, cluster.moves);
        watch = new ScrubWatch(cluster.registry, life, cluster.moves, () -> now, EVERY);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private List<VmId> scrubbedAfter(Duration time) {
        now = now.plus(time);
        int before = cluster.agents.asked(HostCall.ScrubDisk.class).size();
        watch.look();
        return cluster.agents.asked(HostCall.ScrubDisk.class).stream()
                .skip(before)
                .map(HostCall.ScrubDisk::vm)
                .toList();
    }

    @Test
    void eachDiskIsReadOnceInItsTimeTheOneThatWaitedLongestFirst() {
        assertThat(scrubbedAfter(Duration.ZERO)).isEmpty();
        now = now.plus(Duration.ofDays(1));
        VmId other = cluster.vm("db", AMBER, Desired.RUNNING);
        assertThat(scrubbedAfter(Duration.ofDays(1))).isEmpty();
        assertThat(scrubbedAfter(EVERY)).containsExactly(vm, other);
        assertThat(scrubbedAfter(EVERY.minusSeconds(1))).isEmpty();
        assertThat(scrubbedAfter(Duration.ofSeconds(1))).hasSize(2);
    }

    @Test
    void whatWasFoundIsToldAndWhatIsSoundIsNot() {
        scrubbedAfter(Duration.ZERO);
        scrubbedAfter(EVERY);
        cluster.agents.scrubbed = new ScrubReport(9, 2, 0, "");
        scrubbedAfter(EVERY);
        cluster.agents.scrubbed = new ScrubReport(9, 0, 1, "block 3");
        scrubbedAfter(EVERY);
        assertThat(cluster.events.all().stream().filter(event -> event.kind().startsWith("disk.")))
                .extracting(event -> event.kind() + " " + event.subject())
                .containsExactly("disk.mended web", "disk.damaged web");
    }

    @Test
    void aDiskThatCannotBeReadNowIsTriedAgain() {
        scrubbedAfter(Duration.ZERO);
        cluster.agents.before = (host, call) -> {
            throw new MigrationException("away");
        };
        scrubbedAfter(EVERY);
        cluster.agents.before = (host, call) -> {};
        assertThat(scrubbedAfter(ScrubWatch.POLL)).containsExactly(vm);
    }

    @Test
    void aRemovedVmLeavesNoRecord() {
        scrubbedAfter(Duration.ZERO);
        cluster.vms.forget(vm, AMBER);
        scrubbedAfter(Duration.ZERO);
        assertThat(cluster.registry.children(Paths.SCRUBS)).isEmpty();
    }
}
