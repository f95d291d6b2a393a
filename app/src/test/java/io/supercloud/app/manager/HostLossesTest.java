package io.supercloud.app.manager;

import static io.supercloud.app.manager.ManagedCluster.AMBER;
import static io.supercloud.app.manager.ManagedCluster.BIRCH;
import static io.supercloud.app.manager.ManagedCluster.CEDAR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.image.Durability;
import io.supercloud.image.ledger.Copies;
import io.supercloud.migration.CheckpointRecord;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.Protection;
import io.supercloud.migration.Restarted;
import io.supercloud.migration.VmRecord.Desired;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostLossesTest {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final Protection REPLICATED = Protection.of(new Durability.Replicated(Copies.DEFAULT));

    private static final Protection RESUMING =
            new Protection(new Durability.Replicated(Copies.DEFAULT), Protection.OnHostLoss.RESUME);

    private final List<HostLosses> followers = new ArrayList<>();
    private ManagedCluster cluster;

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = new ManagedCluster(folder);
    }

    private void follow() {
        HostLosses losses = cluster.losses();
        followers.add(losses);
        losses.follow();
    }

    @AfterEach
    void stop() {
        followers.forEach(HostLosses::close);
        cluster.close();
    }

    private Owner owner(VmId vm) {
        return new Owners(cluster.registry).find(vm.value()).orElseThrow();
    }

    private List<HostCall.RunVm> boots() {
        return cluster.agents.asked(HostCall.RunVm.class);
    }

    private void awaitTold(String kind, VmId vm) {
        await().atMost(LIMIT)
                .until(() -> cluster.told.stream()
                        .anyMatch(event ->
                                event.kind().equals(kind) && event.subject().equals(vm.value())));
    }

    @Test
    void theVmsOfALostHostBootElsewhereAtTheNextEpoch() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING, REPLICATED);
        follow();
        cluster.lose(AMBER);
        awaitTold("vm.restarted", vm);
        assertThat(owner(vm).host()).isNotEqualTo(AMBER);
        assertThat(owner(vm).epoch()).isEqualTo(2);
        assertThat(boots())
                .singleElement()
                .satisfies(boot -> assertThat(boot.owner()).isEqualTo(owner(vm)));
        assertThat(cluster.told("host.lost", AMBER)).isEqualTo(1);
        assertThat(cluster.moves.why(vm, List.of()).restarts()).singleElement().satisfies(restart -> {
            assertThat(restart.lost()).isEqualTo(AMBER.value());
            assertThat(restart.state()).isEqualTo("booted");
        });
    }

    @Test
    void aVmBootsWhereACopyOfItsDiskIsKept() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING, REPLICATED);
        VmId other = cluster.vm("db", AMBER, Desired.RUNNING, REPLICATED);
        cluster.vms.standbys().want(vm, new SiteId("birch-1"), Duration.ofSeconds(30));
        cluster.vms.standbys().want(other, new SiteId("cedar-1"), Duration.ofSeconds(30));
        follow();
        cluster.lose(AMBER);
        awaitTold("vm.restarted", vm);
        awaitTold("vm.restarted", other);
        assertThat(owner(vm).host()).isEqualTo(BIRCH);
        assertThat(owner(other).host()).isEqualTo(CEDAR);
    }

    @Test
    void whoIsToStayOrDoesNotRunStays() {
        VmId local = cluster.vm("local", AMBER, Desired.RUNNING);
        VmId stopped = cluster.vm("stopped", AMBER, Desired.STOPPED, REPLICATED);
        VmId suspended = cluster.vm("suspended", AMBER, Desired.SUSPENDED, REPLICATED);
        VmId other = cluster.vm("other", BIRCH, Desired.RUNNING, REPLICATED);
        VmId running = cluster.vm("running", AMBER, Desired.RUNNING, REPLICATED);
        follow();
        cluster.lose(AMBER);
        awaitTold("vm.restarted", running);
        assertThat(List.of(local, stopped, suspended)).allMatch(vm -> owner(vm).equals(new Owner(AMBER, 1)));
        assertThat(owner(other)).isEqualTo(new Owner(BIRCH, 1));
    }

    @Test
    void aManagerThatDiedBetweenOwnerChangeAndBootIsSucceededByOneThatBoots() throws InterruptedException {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING, REPLICATED);
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger tries = new AtomicInteger();
        cluster.agents.before = (host, call) -> {
            if (call instanceof HostCall.RunVm && tries.getAndIncrement() == 0) {
                await().atMost(LIMIT).until(() -> over.getCount() == 0);
                throw new MigrationException("the manager is dead");
            }
        };
        follow();
        cluster.lose(AMBER);
        awaitTold("vm.restarting", vm);
        await().atMost(LIMIT).until(() -> tries.get() == 1);
        follow();
        awaitTold("vm.restarted", vm);
        over.countDown();
        assertThat(over.await(1, TimeUnit.SECONDS)).isTrue();
        assertThat(owner(vm).epoch()).isEqualTo(2);
        assertThat(boots()).allMatch(boot -> boot.owner().equals(owner(vm)));
    }

    @Test
    void whereTheNewHostIsLostTooTheVmBootsAtTheNextOne() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING, REPLICATED);
        AtomicReference<HostId> second = new AtomicReference<>();
        cluster.agents.before = (host, call) -> {
            if (call instanceof HostCall.RunVm && second.compareAndSet(null, host)) {
                cluster.lose(host);
            }
            if (host.equals(second.get())) {
                throw new MigrationException("a host that was lost when the VM was to boot there");
            }
        };
        follow();
        cluster.lose(AMBER);
        awaitTold("vm.restarted", vm);
        List<HostId> asked =
                boots().stream().map(boot -> boot.owner().host()).distinct().toList();
        assertThat(asked).hasSize(2).doesNotContain(AMBER);
        assertThat(owner(vm)).isEqualTo(new Owner(asked.getLast(), 3));
    }

    private CheckpointRecord checkpoint(VmId vm, String accelerator) {
        CheckpointRecord record =
                new CheckpointRecord(cluster.spec(vm), "a", "QEMU 10.0.2", accelerator, 1 << 20, 12, cluster.now());
        cluster.registry.create(Paths.checkpoint(vm), Json.write(record));
        return record;
    }

    @Test
    void aVmThatIsToGoOnFromItsCheckpointDoesAndThatIsTold() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING, RESUMING);
        CheckpointRecord last = checkpoint(vm, "TCG");
        follow();
        cluster.lose(AMBER);
        awaitTold("vm.restarted", vm);
        assertThat(boots()).isEmpty();
        assertThat(cluster.agents.asked(HostCall.ResumeCheckpoint.class))
                .containsExactly(new HostCall.ResumeCheckpoint(last.spec(), owner(vm), last));
        assertThat(cluster.moves.why(vm, List.of()).restarts())
                .singleElement()
                .satisfies(restart -> assertThat(restart.state()).isEqualTo("resumed"));
        assertThat(cluster.vms.require(vm).checkpointAgeSeconds()).isPresent();
    }

    @Test
    void withoutACheckpointItBootsAndWhyIsTold() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING, RESUMING);
        follow();
        cluster.lose(AMBER);
        awaitTold("vm.restarted", vm);
        assertThat(boots()).hasSize(1);
        assertThat(cluster.moves.why(vm, List.of()).restarts()).singleElement().satisfies(restart -> {
            assertThat(restart.state()).isEqualTo("booted");
            assertThat(restart.obstacle()).isEqualTo("it has none");
        });
    }

    @Test
    void whatAnAgentSaysAgainstACheckpointIsTold() {
        VmId vm = cluster.vm("web", AMBER, Desired.RUNNING, RESUMING);
        checkpoint(vm, "KVM");
        cluster.agents.restarted = Restarted.booted("its memory ran with KVM");
        follow();
        cluster.lose(AMBER);
        awaitTold("vm.restarted", vm);
        assertThat(cluster.told)
                .anyMatch(event -> event.kind().equals("vm.restarted")
                        && event.message().contains("booted from its disk")
                        && event.message().contains("its memory ran with KVM"));
        assertThat(cluster.moves.why(vm, List.of()).restarts().getFirst().obstacle())
                .isEqualTo("its memory ran with KVM");
    }
}
