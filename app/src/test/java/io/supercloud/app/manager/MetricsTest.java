package io.supercloud.app.manager;

import static io.supercloud.app.manager.ManagedCluster.AMBER;
import static io.supercloud.app.manager.ManagedCluster.BIRCH;
import static io.supercloud.app.manager.ManagedCluster.CEDAR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.CheckpointRecord;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostUnreachableException;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord.Desired;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private ManagedCluster cluster;

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = new ManagedCluster(folder);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private String text() {
        return cluster.metrics.text(Optional.empty());
    }

    /** The registry's news come a moment later. */
    private void awaitLine(String line) {
        await().atMost(LIMIT).untilAsserted(() -> assertThat(text()).contains(line + "\n"));
    }

    @Test
    void aScrapeAsksNoHypervisorNotEvenInAMove() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING);
        CountDownLatch streaming = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        cluster.agents.before = (host, call) -> {
            if (call instanceof HostCall.FollowTransfer) {
                streaming.countDown();
                await().atMost(LIMIT).until(() -> goOn.getCount() == 0);
            }
        };
        CompletableFuture<Answers.Move> move =
                CompletableFuture.supplyAsync(() -> cluster.moves.move(vm, "birch-1", "a test", line -> {}));
        await().atMost(LIMIT).until(() -> streaming.getCount() == 0);
        int before = cluster.agents.asked.size();

        assertThat(text()).contains("supercloud_moves_under_way{state=\"ready\"} 1.0\n");

        assertThat(cluster.agents.asked.subList(before, cluster.agents.asked.size()))
                .hasSize(3)
                .hasOnlyElementsOfType(HostCall.ReadFigures.class);
        goOn.countDown();
        move.join();
        assertThat(text()).doesNotContain("supercloud_moves_under_way{");
    }

    @Test
    void streamsAreToldWhileTheyRun() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING);
        cluster.agents.streaming = Optional.of(new HostCall.TransferStatus.Streaming("precopy", 11, 22, 33, 44));
        CompletableFuture<Answers.Move> move =
                CompletableFuture.supplyAsync(() -> cluster.moves.move(vm, "birch-1", "a test", line -> {}));
        await().atMost(LIMIT)
                .untilAsserted(() -> assertThat(text())
                        .containsPattern("supercloud_stream_sent_bytes\\{move=\"m-\\w+\",vm=\"web\"} 11.0")
                        .containsPattern("supercloud_stream_remaining_bytes\\{move=\"m-\\w+\",vm=\"web\"} 22.0"));
        cluster.agents.streaming = Optional.empty();
        move.join();
        assertThat(text()).doesNotContain("supercloud_stream_sent_bytes{");
    }

    @Test
    void movesThatEndedAreCountedWithTheirBytesAndTheirDowntime() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING);
        cluster.moves.move(vm, "birch-1", "a test", line -> {});
        cluster.agents.before = (host, call) -> {
            if (call instanceof HostCall.Reserve) {
                throw new MigrationException("a refusal of this test");
            }
        };
        cluster.moves.move(vm, "cedar-1", "a test", line -> {});
        assertThat(text())
                .contains("supercloud_moves_total{outcome=\"settled\"} 1.0\n")
                .contains("supercloud_moves_total{outcome=\"failed\"} 1.0\n")
                .contains("supercloud_move_bytes_total{part=\"memory\"} 3.3554432E7\n")
                .contains("supercloud_move_stopped_seconds_bucket{le=\"0.025\"} 1\n")
                .contains("supercloud_move_stopped_seconds_sum 0.005\n")
                .contains("supercloud_move_seconds_count 1\n");
    }

    @Test
    void vmsAreCountedByHostAndByWhatTheirUsersWant() {
        cluster.vm("a", AMBER, Desired.RUNNING);
        cluster.vm("b", AMBER, Desired.RUNNING);
        cluster.vm("c", BIRCH, Desired.SUSPENDED);
        awaitLine("supercloud_vms{host=\"host-amber-1\",wanted=\"running\"} 2.0");
        awaitLine("supercloud_vms{host=\"host-birch-1\",wanted=\"suspended\"} 1.0");
    }

    @Test
    void aHostIsToldAsAliveSilentOrUnderNotice() {
        awaitLine("supercloud_host_alive{host=\"host-birch-1\",site=\"birch-1\"} 1.0");
        cluster.agents.before = (host, call) -> {
            if (host.equals(BIRCH)) {
                throw new HostUnreachableException(host, new IOException("silent"));
            }
        };
        cluster.notice(CEDAR, Duration.ofMinutes(2));
        awaitLine("supercloud_hosts_under_notice 1.0");
        awaitLine("supercloud_host_answers{host=\"host-birch-1\"} 0.0");
        awaitLine("supercloud_host_answers{host=\"host-amber-1\"} 1.0");
    }

    @Test
    void oneHostsFiguresAreThoseOfItsAgentAlone() {
        awaitLine("supercloud_vm_missing_blocks{host=\"host-amber-1\",role=\"owning\",vm=\"web\"} 7.0");
        assertThat(cluster.metrics.text(Optional.of(AMBER)))
                .contains("supercloud_vm_process{host=\"host-amber-1\",role=\"owning\",vm=\"web\"} 1.0\n")
                .contains("supercloud_vm_fetched_bytes{host=\"host-amber-1\",role=\"owning\",vm=\"web\"} 4096.0\n")
                .contains("supercloud_vm_at_risk_bytes{host=\"host-amber-1\",role=\"owning\",vm=\"web\"} 8192.0\n")
                .contains("supercloud_vm_at_risk_seconds{host=\"host-amber-1\",role=\"owning\",vm=\"web\"} 1.5\n")
                .doesNotContain("host-birch-1")
                .doesNotContain("supercloud_moves");
    }

    @Test
    void theLagOfAStandbyCopyIsTold() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING);
        cluster.standbys.want(vm, new SiteId("birch-1"), Duration.ofSeconds(30));
        awaitLine("supercloud_vm_standby_lag_seconds{site=\"birch-1\",vm=\"web\"} 0.0");
    }

    @Test
    void evacuationsUnderWayAreCounted() {
        cluster.vm("web", AMBER, Desired.RUNNING);
        awaitLine("supercloud_evacuations_under_way 0.0");
        cluster.agents.before = (host, call) -> {
            if (call instanceof HostCall.Transfer) {
                assertThat(text()).contains("supercloud_evacuations_under_way 1.0\n");
            }
        };
        assertThat(cluster.evacuations
                        .evacuate("amber-1", Optional.empty(), line -> {})
                        .saved())
                .isEqualTo(1);
        awaitLine("supercloud_evacuations_under_way 0.0");
    }

    @Test
    void theAgeOfACheckpointIsTold() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING);
        CheckpointRecord last = new CheckpointRecord(
                cluster.spec(vm),
                "a",
                "QEMU 10.0.2",
                "TCG",
                1 << 20,
                120,
                cluster.now().minusSeconds(90));
        cluster.registry.create(Paths.checkpoint(vm), Json.write(last));
        awaitLine("supercloud_vm_checkpoint_age_seconds{vm=\"web\"} 90.0");
        awaitLine("supercloud_vm_checkpoint_stopped_seconds{vm=\"web\"} 0.12");
    }
}
