package io.supercloud.optimizer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.SiteId;
import io.supercloud.settings.Settings;
import io.supercloud.settings.SettingsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PolicyTest {
    private static Policy read(String text) {
        return Policy.read(Settings.parse("policy.yaml", text));
    }

    @Test
    void everyKeyIsReadIntoItsPlace(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("policy.yaml"), """
                name: frugal
                objective: cost
                instance-type: m1.large
                sites: {allowed: [east, west, north], forbidden: [north]}
                minimum-gain: 7.5%
                minimum-stay: 30m
                moves-per-day: 3
                horizon: 2h
                stale-after: 10m
                egress-per-gib: 0.09
                """);
        Policy policy = Policy.read(file);
        assertThat(policy.name()).isEqualTo("frugal");
        assertThat(policy.objective()).isEqualTo(Policy.Objective.COST);
        assertThat(policy.instanceType()).contains("m1.large");
        assertThat(policy.minimumGain()).isEqualTo(0.075);
        assertThat(policy.minimumStay()).isEqualTo(Duration.ofMinutes(30));
        assertThat(policy.movesPerDay()).isEqualTo(3);
        assertThat(policy.horizon()).isEqualTo(Duration.ofHours(2));
        assertThat(policy.staleAfter()).isEqualTo(Duration.ofMinutes(10));
        assertThat(policy.egressDollarsPerGib()).isEqualTo(0.09);
        assertThat(policy.permits(new SiteId("east"))).isTrue();
        assertThat(policy.permits(new SiteId("south"))).isFalse();
        assertThat(policy.permits(new SiteId("north"))).isFalse();
    }

    @Test
    void whatAPolicyLeavesOutIsAsInTheBuiltInOne() {
        Policy standard = Policy.standard();
        Policy policy = read("name: own\n");
        assertThat(policy.minimumGain()).isEqualTo(standard.minimumGain()).isEqualTo(0.1);
        assertThat(policy.horizon()).isEqualTo(standard.horizon()).isEqualTo(Duration.ofHours(6));
        assertThat(policy.permits(new SiteId("anywhere"))).isTrue();
    }

    @Test
    void anUnknownKeyIsRefusedWithTheNearestKnownOne() {
        assertThatThrownBy(() -> read("name: own\nminimum-gian: 5%\n"))
                .isInstanceOf(SettingsException.class)
                .hasMessage("policy.yaml:2:1: unknown key 'minimum-gian' (did you mean 'minimum-gain'?)");
        assertThatThrownBy(() -> read("name: own\nsites: {alowed: [east]}\n")).hasMessageContaining("'allowed'");
        assertThatThrownBy(() -> read("objective: cost\n")).hasMessageContaining("key 'name' is missing");
    }
}
