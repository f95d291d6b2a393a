package io.supercloud.app.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.VmId;
import io.supercloud.image.Durability;
import io.supercloud.migration.Protection;
import io.supercloud.migration.Protection.OnHostLoss;
import io.supercloud.settings.SettingsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlicePoliciesTest {
    private static final VmId WEB = new VmId("web");
    private static final VmId DB = new VmId("db");

    @TempDir
    private Path folder;

    private SlicePolicies policies(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("policy.yaml"), text);
        try (ManagedCluster cluster = new ManagedCluster(folder, "policy: " + file + "\n")) {
            return new SlicePolicies(cluster.config);
        }
    }

    @Test
    void aVmHasTheDurabilityThatItsPolicyAsksFor() throws IOException {
        SlicePolicies policies = policies("name: p\nvms: {db: {durability: replicated 3/3/2, on-loss: stay}}\n");
        assertThat(policies.protection(DB))
                .contains(new Protection(Durability.parse("replicated 3/3/2"), OnHostLoss.STAY));
        assertThat(policies.protection(WEB)).isEmpty();
    }

    @Test
    void aVmWithAnArchivedDiskStaysWhereItsHostIsLostUnlessThePolicyRestartsIt() throws IOException {
        SlicePolicies policies =
                policies("name: p\nvms: {db: {durability: archived}, web: {durability: archived, on-loss: restart}}\n");
        assertThat(policies.protection(DB)).contains(new Protection(Durability.ARCHIVED, OnHostLoss.STAY));
        assertThat(policies.protection(WEB)).contains(new Protection(Durability.ARCHIVED, OnHostLoss.RESTART));
    }

    @Test
    void aPolicyThatCannotBeReadKeepsNobodyOnAHostUnderNotice() throws IOException {
        SlicePolicies policies = policies("name: p\non-notice: sty\n");
        assertThat(policies.leavesOnNotice(WEB)).isTrue();
        assertThatThrownBy(() -> policies.protection(WEB)).isInstanceOf(SettingsException.class);
    }
}
