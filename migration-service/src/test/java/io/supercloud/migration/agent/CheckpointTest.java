package io.supercloud.migration.agent;

import static io.supercloud.migration.agent.TestCluster.EAST;
import static io.supercloud.migration.agent.TestCluster.VM;
import static io.supercloud.migration.agent.TestCluster.WEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.image.Durability;
import io.supercloud.image.ledger.Copies;
import io.supercloud.migration.CheckpointRecord;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.Json;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.Protection;
import io.supercloud.migration.Protection.OnHostLoss;
import io.supercloud.migration.Restarted;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
@Timeout(60)
class CheckpointTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);

    private TestCluster cluster;

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = new TestCluster(folder, new Protection(new Durability.Replicated(Copies.DEFAULT), OnHostLoss.RESUME));
        awaitCheckpoint("a");
    }

    @AfterEach
    void stop() {
        assertThat(cluster.exchange.violations()).isEmpty();
        cluster.close();
    }

    private Optional<CheckpointRecord> last() {
        return CheckpointRecord.find(cluster.registry, VM);
    }

    private void awaitCheckpoint(String slot) {
        await().dontCatchUncaughtExceptions()
                .atMost(LIMIT)
                .until(() -> last().filter(record -> record.slot().equals(slot)).isPresent());
    }

    private void wait5Minutes() {
        cluster.ahead = cluster.ahead.plus(Protection.DEFAULT_CHECKPOINT_EVERY);
    }

    private void lose(HostId host) {
        cluster.host(host).killAgent();
        cluster.host(host).hypervisor.crash(VM);
    }

    private Restarted resumeAt(HostId host, CheckpointRecord checkpoint) {
        Owners owners = new Owners(cluster.registry);
        Owner next = cluster.owner().movedTo(host);
        owners.change(owners.hold(VM.value(), cluster.owner()), next);
        return cluster.calls.of(host).call(new HostCall.ResumeCheckpoint(cluster.spec, next, checkpoint));
    }

    private List<String> journals() {
        return List.copyOf(cluster.registry.children("/journals").keySet());
    }

    @Test
    void aVmWhoseHostIsLostGoesOnFromTheInstantOfItsCheckpoint() {
        cluster.awaitProgress(EAST);
        long lost = cluster.guest(EAST).counter();
        lose(EAST);
        assertThat(resumeAt(WEST, last().orElseThrow())).isEqualTo(Restarted.RESUMED);
        assertThat(cluster.guest(WEST).boots()).isEqualTo(1);
        await().dontCatchUncaughtExceptions()
                .atMost(LIMIT)
                .until(() -> cluster.guest(WEST).counter() > lost);
        assertThat(cluster.host(WEST).pool.names()).containsExactly(VM.value());
    }

    @Test
    void theNextCheckpointTakesThePlaceOfTheLastOneWhenItIsWhole() {
        long first = cluster.guest(EAST).counter();
        wait5Minutes();
        awaitCheckpoint("b");
        await().dontCatchUncaughtExceptions()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(journals()).containsOnly("web", "web.checkpoint-b"));
        lose(EAST);
        assertThat(resumeAt(WEST, last().orElseThrow())).isEqualTo(Restarted.RESUMED);
        assertThat(cluster.guest(WEST).counter()).isGreaterThan(first);
        cluster.awaitProgress(WEST);
    }

    @Test
    void itBootsFromItsDiskWithEveryAcknowledgedWriteWhereItsMemoryIsNotKept() {
        cluster.host(EAST).pool.discard("web.checkpoint-a");
        lose(EAST);
        Restarted restarted = resumeAt(WEST, last().orElseThrow());
        assertThat(restarted.resumed()).isFalse();
        assertThat(restarted.obstacle()).contains("memory is not kept");
        cluster.awaitProgress(WEST);
        assertThat(cluster.guest(WEST).boots()).isEqualTo(2);
        cluster.requireNothingLost(WEST);
        assertThat(last()).isEmpty();
    }

    @Test
    void itBootsFromItsDiskWithEveryAcknowledgedWriteWhereTheHypervisorRefusesTheMemory() {
        cluster.awaitProgress(EAST);
        lose(EAST);
        cluster.host(WEST).hypervisor.refuseStates();
        Restarted restarted = resumeAt(WEST, last().orElseThrow());
        assertThat(restarted.obstacle()).contains("refused");
        cluster.awaitProgress(WEST);
        cluster.requireNothingLost(WEST);
    }

    @Test
    void memoryOfANewerHypervisorIsNotLoaded() {
        CheckpointRecord known = last().orElseThrow();
        CheckpointRecord newer = new CheckpointRecord(
                known.spec(), known.slot(), "QEMU 11.2", "TCG", known.memoryBytes(), 0, known.taken());
        lose(EAST);
        assertThat(resumeAt(WEST, newer).obstacle()).contains("newer than");
        cluster.requireNothingLost(WEST);
    }

    @Test
    void aCheckpointIsStillGoodAfterAMoveAndTheNewHostTakesTheNext() {
        cluster.requireSound(cluster.move("m-1", WEST));
        wait5Minutes();
        awaitCheckpoint("b");
        lose(WEST);
        assertThat(resumeAt(EAST, last().orElseThrow())).isEqualTo(Restarted.RESUMED);
        cluster.awaitProgress(EAST);
    }

    @Test
    void aVmGoesOnFromACheckpointThatWasTakenBeforeItsMove() {
        cluster.requireSound(cluster.move("m-1", WEST));
        lose(WEST);
        assertThat(resumeAt(EAST, last().orElseThrow())).isEqualTo(Restarted.RESUMED);
        cluster.awaitProgress(EAST);
        assertThat(cluster.guest(EAST).boots()).isEqualTo(1);
    }

    @Test
    void aVmThatWasStoppedHasNoCheckpoint() {
        cluster.rest(Kind.COLD);
        assertThat(last()).isEmpty();
        assertThat(journals()).containsExactly("web");
    }

    @Test
    void aRemovedVmLeavesNothing() {
        cluster.rest(Kind.COLD);
        cluster.wakeUp(Kind.COLD);
        awaitCheckpoint("a");
        Registry.Entry owner = cluster.registry.read(Paths.owner(VM.value())).orElseThrow();
        cluster.calls.of(EAST).call(new HostCall.StopVm(VM, true));
        cluster.registry.delete(owner);
        cluster.calls.of(EAST).call(new HostCall.EraseVm(VM));
        assertThat(last()).isEmpty();
        assertThat(journals()).isEmpty();
        assertThat(cluster.ledgers.count()).isZero();
    }

    @Test
    void aRecordIsReadAsItWasWritten() {
        CheckpointRecord record = last().orElseThrow();
        assertThat(Json.read("a record", Json.write(record), CheckpointRecord.class))
                .isEqualTo(record);
    }
}
