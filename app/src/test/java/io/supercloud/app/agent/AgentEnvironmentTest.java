package io.supercloud.app.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.app.config.DeploymentConfig.LedgerHosts;
import io.supercloud.app.config.SiteObjects;
import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import io.supercloud.image.ArchiveLimits;
import io.supercloud.image.KeyReference;
import io.supercloud.image.PoolLimits;
import io.supercloud.objects.ObjectSettings;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentEnvironmentTest {
    private static final Map<SiteId, SiteObjects> STORES = Map.of(
            new SiteId("amber-1"),
            new SiteObjects.Directory(Path.of("/mnt/objects")),
            new SiteId("birch-1"),
            new SiteObjects.Cloud(new ObjectSettings(
                    ObjectSettings.Provider.AWS_S3, "", "eu-west-1", "disks", new KeyReference("env:OBJECTS"))));

    private static Map<String, String> complete() {
        Map<String, String> variables = new HashMap<>(AgentEnvironment.variables(
                "demo",
                new HostId("host-amber-1"),
                new SiteId("amber-1"),
                Path.of("/objects"),
                new PoolLimits(77L << 20, 99, new ArchiveLimits(5, 6, 7)),
                "198.19.0.1:2281",
                new LedgerHosts.External("zk-1:2181,zk-2:2181", "/ledgers"),
                STORES,
                "198.19.0.1:7071",
                "token",
                "aa:bb"));
        variables.put("SUPERCLOUD_HOME", "/opt/supercloud");
        return variables;
    }

    @Test
    void whatTheManagerPassesIsWhatTheAgentReads() {
        AgentEnvironment read = AgentEnvironment.of(complete());
        assertThat(read.deployment()).isEqualTo("demo");
        assertThat(read.host()).isEqualTo(new HostId("host-amber-1"));
        assertThat(read.site()).isEqualTo(new SiteId("amber-1"));
        assertThat(read.objects()).isEqualTo(Path.of("/objects"));
        assertThat(read.pools()).isEqualTo(new PoolLimits(77L << 20, 99, new ArchiveLimits(5, 6, 7)));
        assertThat(read.registry()).isEqualTo("198.19.0.1:2281");
        assertThat(read.ledgers()).isEqualTo(new LedgerHosts.External("zk-1:2181,zk-2:2181", "/ledgers"));
        assertThat(read.stores()).isEqualTo(STORES);
        assertThat(read.archives().orElseThrow().stores()).containsOnlyKeys(STORES.keySet());
        assertThat(read.joinAddress().getHostString()).isEqualTo("198.19.0.1");
        assertThat(read.joinAddress().getPort()).isEqualTo(7071);
        assertThat(read.joinToken()).isEqualTo("token");
        assertThat(read.authorityFingerprint()).isEqualTo("aa:bb");
        assertThat(read.probe()).isEqualTo(Path.of("/opt/supercloud/probe"));
        assertThat(read.directory()).isEqualTo(Path.of("/var/lib/supercloud"));
        assertThat(read.userspaceDatapath()).isFalse();
        assertThat(read.tunnels()).isEmpty();
    }

    @Test
    void aLocalInstanceKeepsEverythingInItsDirectory() {
        Map<String, String> variables = complete();
        variables.put(AgentEnvironment.INSTANCE_DIRECTORY, "/run/i-1");
        variables.put(AgentEnvironment.TUNNEL_ADDRESS, "198.19.1.7");
        AgentEnvironment read = AgentEnvironment.of(variables);
        assertThat(read.directory()).isEqualTo(Path.of("/run/i-1/agent"));
        assertThat(read.ovsdb()).isEqualTo(Path.of("/run/i-1/ovs/db.sock"));
        assertThat(read.userspaceDatapath()).isTrue();
        assertThat(read.tunnels()).contains(Ipv4.parse("198.19.1.7"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SUPERCLOUD_DEPLOYMENT",
                "SUPERCLOUD_HOST",
                "SUPERCLOUD_SITE",
                "SUPERCLOUD_OBJECTS",
                "SUPERCLOUD_HOME",
                "SUPERCLOUD_REGISTRY",
                "SUPERCLOUD_JOIN",
                "SUPERCLOUD_TOKEN",
                "SUPERCLOUD_AUTHORITY"
            })
    void aMissingVariableIsNamed(String name) {
        Map<String, String> variables = complete();
        variables.remove(name);
        assertThatThrownBy(() -> AgentEnvironment.of(variables))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining(name)
                .hasMessageContaining("supercloud up");
        variables.put(name, " ");
        assertThatThrownBy(() -> AgentEnvironment.of(variables)).hasMessageContaining(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"198.19.0.1", "198.19.0.1:", "198.19.0.1:x", ":7071", "host:7071", "198.19.0.1:70000"})
    void anAddressThatIsNoneIsNamed(String address) {
        Map<String, String> variables = complete();
        variables.put("SUPERCLOUD_JOIN", address);
        assertThatThrownBy(() -> AgentEnvironment.of(variables)).isInstanceOf(InvalidValueException.class);
    }
}
