package io.supercloud.migration.agent;

import static io.supercloud.migration.agent.TestCluster.EAST;
import static io.supercloud.migration.agent.TestCluster.VM;
import static io.supercloud.migration.agent.TestCluster.WEST;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.Owner;
import io.supercloud.image.Durability;
import io.supercloud.image.ledger.Copies;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Protection;
import io.supercloud.migration.hypervisor.VirtualMachine.RunState;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LeaseGuardTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    /** Two thirds of a session are over when the registry's silence is noticed; this is the rest. */
    private static final Duration REST_OF_A_LEASE = Duration.ofMillis(2_600);

    private TestCluster cluster;

    private void start(Path folder, Durability durability) {
        cluster = new TestCluster(folder, Protection.of(durability));
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private void awaitState(RunState wanted, Duration limit) {
        await().atMost(limit).until(() -> cluster.guest(EAST).runState() == wanted);
    }

    @Test
    void aVmStandsStillBeforeItsHostsLeaseEndsAndGoesOnWhenTheRegistryAnswers(@TempDir Path folder) {
        start(folder, new Durability.Replicated(Copies.DEFAULT));
        cluster.host(EAST).registry().cutOff();
        awaitState(RunState.PAUSED, REST_OF_A_LEASE);
        cluster.host(EAST).registry().rejoin();
        awaitState(RunState.RUNNING, LIMIT);
        cluster.awaitProgress(EAST);
    }

    @Test
    void aVmThatNobodyWouldRestartGoesOn(@TempDir Path folder) {
        start(folder, Durability.LOCAL);
        cluster.host(EAST).registry().cutOff();
        await().during(REST_OF_A_LEASE)
                .atMost(LIMIT)
                .until(() -> cluster.guest(EAST).runState() == RunState.RUNNING);
    }

    @Test
    void aVmThatWasRestartedElsewhereHasEveryAcknowledgedWriteAndEndsHere(@TempDir Path folder) {
        start(folder, new Durability.Replicated(Copies.DEFAULT));
        cluster.host(EAST).registry().cutOff();
        awaitState(RunState.PAUSED, REST_OF_A_LEASE);
        Owner next = cluster.owner().movedTo(WEST);
        Owners owners = new Owners(cluster.registry);
        owners.change(owners.hold(VM.value(), cluster.owner()), next);
        cluster.calls.of(WEST).call(new HostCall.RunVm(cluster.spec, next));
        cluster.awaitProgress(WEST);
        cluster.requireNothingLost(WEST);
        cluster.host(EAST).registry().rejoin();
        await().atMost(LIMIT)
                .until(() -> cluster.host(EAST).hypervisor.guest(VM).isEmpty());
        assertThat(cluster.exchange.violations()).isEmpty();
        cluster.awaitProgress(WEST);
    }
}
