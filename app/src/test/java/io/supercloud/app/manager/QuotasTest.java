package io.supercloud.app.manager;

import static io.supercloud.app.manager.ManagedCluster.AMBER;
import static io.supercloud.app.manager.ManagedCluster.BIRCH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.app.config.DeploymentConfig.Account;
import io.supercloud.app.config.DeploymentConfig.Provider;
import io.supercloud.app.config.DeploymentConfig.Quota;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveManner;
import io.supercloud.migration.VmRecord.Desired;
import io.supercloud.migration.VmSpec;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuotasTest {
    private ManagedCluster cluster;

    @BeforeEach
    void start(@TempDir Path folder) {
        cluster = new ManagedCluster(folder);
    }

    @AfterEach
    void stop() {
        cluster.close();
    }

    private static Account account(int vcpus, long memoryMiB) {
        return new Account("home", Provider.LOCAL, new Quota(9, vcpus, memoryMiB));
    }

    @Test
    void whatIsUsedAndWhatIsAddedMustFit() {
        VmSpec one = cluster.spec(cluster.vm("one", AMBER, Desired.RUNNING));
        VmSpec two = cluster.spec(cluster.vm("two", AMBER, Desired.RUNNING));
        assertThat(Quotas.objection(two, account(2, 128), List.of(one))).isEmpty();
        assertThat(Quotas.objection(two, account(1, 128), List.of(one)))
                .get()
                .asString()
                .contains("2 CPUs", "two");
        assertThat(Quotas.objection(two, account(2, 127), List.of(one)))
                .get()
                .asString()
                .contains("128 MiB", "127 MiB", "accounts.home.quota");
        assertThat(Quotas.objection(two, new Account("home", Provider.LOCAL), List.of(one)))
                .isEmpty();
    }

    @Test
    void aMoveBeyondAQuotaIsRefusedAndTheReasonStandsInItsPlan() {
        VmId mover = cluster.vm("mover", AMBER, Desired.RUNNING);
        cluster.vm("other", BIRCH, Desired.RUNNING);
        assertThat(cluster.moves.plan(mover, BIRCH.value(), MoveManner.LIVE).objections())
                .isEmpty();
        cluster.vm("third", BIRCH, Desired.RUNNING);
        assertThat(cluster.moves.plan(mover, BIRCH.value(), MoveManner.LIVE).objections())
                .singleElement()
                .asString()
                .contains("account away", "quota");
        assertThatThrownBy(() -> cluster.moves.move(mover, BIRCH.value(), "a test", line -> {}))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("quota");
        assertThat(cluster.hostOf(mover)).isEqualTo(AMBER);
        assertThat(cluster.agents.asked(HostCall.Reserve.class)).isEmpty();
    }

    @Test
    void whoDoesNotRunTakesNothingOfAQuota() {
        VmId mover = cluster.vm("mover", AMBER, Desired.RUNNING);
        cluster.vm("other", BIRCH, Desired.RUNNING);
        cluster.vm("third", BIRCH, Desired.STOPPED);
        assertThat(cluster.vms.quotas().objection(cluster.spec(mover), BIRCH)).isEqualTo(Optional.empty());
    }
}
