package io.supercloud.overlay.cloud.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.supercloud.overlay.cloud.Cloud;
import io.supercloud.overlay.cloud.CloudException;
import io.supercloud.overlay.cloud.Instance;
import io.supercloud.overlay.cloud.Lab;
import io.supercloud.overlay.cloud.Transfer;
import io.supercloud.overlay.cloud.ssh.RemoteShell;
import io.supercloud.overlay.cloud.ssh.SshKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalInstanceTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int TRANSFER_BYTES = 5_000_000;

    @TempDir
    Path directory;

    private Lab lab;
    private Cloud cloud;

    @BeforeEach
    void open() {
        lab = new Lab(directory);
        cloud = LocalClouds.open(lab.account("local", 4));
    }

    @AfterEach
    void close() {
        lab.close();
        cloud.close();
    }

    @Test
    void itsSshdLetsInTheRequestsKeyAndNoOtherAndShowsTheInstanceItsDirectory() {
        Instance instance = cloud.launch(lab.request("alpha", "north-a"));
        try (RemoteShell shell = connect(instance, Lab.KEYS, Optional.empty())) {
            RemoteShell.Result result = shell.exec("echo \"$SUPERCLOUD_INSTANCE_DIR\"; echo no >&2; exit 3", LIMIT);
            assertThat(result).isEqualTo(new RemoteShell.Result(3, disk(instance) + "\n", "no\n"));
            String known = shell.hostKeyFingerprint();
            assertThat(Lab.shell("ssh-keygen -lf %s/ssh/host_key.pub".formatted(disk(instance))))
                    .contains(known);
            connect(instance, Lab.KEYS, Optional.of(known)).close();
        }
        assertThatThrownBy(() -> connect(instance, SshKeys.generate(), Optional.empty()))
                .isInstanceOf(CloudException.class);
        assertThatThrownBy(() -> connect(instance, Lab.KEYS, Optional.of("SHA256:other")))
                .hasMessageContaining("not the same host");
    }

    @Test
    void aCommandThatDoesNotEndInTimeIsGivenUp() {
        Instance instance = cloud.launch(lab.request("alpha", "north-a"));
        try (RemoteShell shell = connect(instance, Lab.KEYS, Optional.empty())) {
            assertThatThrownBy(() -> shell.exec("sleep 60", Duration.ofMillis(300)))
                    .hasMessageContaining("did not end within 300 ms");
            assertThat(shell.exec("head -c 3000000 /dev/zero", LIMIT).output()).hasSize(RemoteShell.MAX_OUTPUT_BYTES);
        }
    }

    @Test
    void itsSwitchAnswersWhereTunnelsEndAndComesBackWhenItIsKilled() throws IOException {
        Instance instance = cloud.launch(lab.request("alpha", "north-a"));
        String database = "unix:%s/ovs/db.sock".formatted(disk(instance));
        assertThat(Lab.shell("ovs-vsctl --timeout=5 --db=%s list-ports br-phy".formatted(database)))
                .isEqualTo("tunnels\n");

        Path pidFile = disk(instance).resolve("ovs/ovs-vswitchd.pid");
        String first = Files.readString(pidFile);
        Lab.shell("kill -9 " + first);

        await().atMost(LIMIT)
                .until(() -> Files.exists(pidFile) && !Files.readString(pidFile).equals(first));
        await().atMost(LIMIT).until(() -> pings(instance));
        String database2 = "kill -9 $(cat %s/ovs/ovsdb-server.pid)".formatted(disk(instance));
        Lab.shell(database2);
        await().atMost(LIMIT)
                .until(() -> Lab.shell(
                                "ovs-vsctl --timeout=1 --db=%s br-exists br-phy && echo there".formatted(database))
                        .contains("there"));
        await().atMost(LIMIT).until(() -> pings(instance));
    }

    @Test
    void instancesOfTwoAccountsReachEachOtherAcrossTheUnderlay() throws Exception {
        try (Cloud second = LocalClouds.open(lab.account("second", 4))) {
            Instance a = cloud.launch(lab.request("alpha", "north-a"));
            Instance b = second.launch(lab.request("beta", "south-a"));

            assertThat(Lab.in(lab.namespace(a), "ping -c 2 -i 0.1 -s 1472 -M do " + b.address()))
                    .contains("bytes from");
            Transfer transfer = Transfer.run(lab.namespace(a), lab.namespace(b), b.address(), TRANSFER_BYTES);
            assertThat(transfer.receivedBytes()).isEqualTo(TRANSFER_BYTES);
            assertThat(cloud.list(lab.deployment)).containsExactly(a);
            assertThat(second.list(lab.deployment)).containsExactly(b);
        }
    }

    @Test
    void itsMetadataTellsOfItAndOfTheNoticeAndThenItIsGone() {
        Instance instance = cloud.launch(lab.request("alpha", "north-a"));
        assertThat(metadata(instance, "instance-id")).isEqualTo(instance.id());
        assertThat(metadata(instance, "placement/availability-zone")).isEqualTo("north-a");
        assertThat(metadata(instance, "local-ipv4"))
                .isEqualTo(instance.address().toString());
        assertThat(metadata(instance, "spot/instance-action")).contains("404");

        new LocalCloudControl(lab.account("local", 4)).reclaim(instance.id(), Duration.ofMillis(1500));

        assertThat(metadata(instance, "spot/instance-action"))
                .matches("\\{\"action\":\"terminate\",\"time\":\"20[0-9T:-]+Z\"}");
        await().atMost(LIMIT).until(() -> cloud.list(lab.deployment).isEmpty());
        await().atMost(LIMIT).until(() -> !Files.exists(disk(instance)));
        assertThat(Lab.shell("ip netns list")).doesNotContain(instance.id());
    }

    @Test
    void anInstanceWhoseReclaimingProcessDiedIsGoneAtItsDeadlineAllTheSame() {
        Instance instance = cloud.launch(lab.request("alpha", "north-a"));
        new LocalCloudControl(lab.account("local", 4)).reclaim(instance.id(), Duration.ofMillis(1500));
        String killReclaim =
                "for p in $(ip netns pids sc-%s-r1); do grep -zqx reclaim /proc/$p/cmdline && kill -9 $p && echo killed; done"
                        .formatted(lab.deployment);
        await().atMost(Duration.ofSeconds(1)).until(() -> Lab.shell(killReclaim).contains("killed"));

        await().atMost(LIMIT).until(() -> cloud.list(lab.deployment).isEmpty());
        assertThat(disk(instance)).doesNotExist();
    }

    @Test
    void aTerminatedInstanceLeavesNothing() {
        Instance instance = cloud.launch(lab.request("alpha", "north-a"));
        Lab.shell("ip netns exec %s setsid -f sleep 1000 >/dev/null 2>&1".formatted(lab.namespace(instance)));

        cloud.terminate(instance.id());

        assertThat(disk(instance)).doesNotExist();
        assertThat(Lab.shell("ip netns list")).doesNotContain(instance.id());
        assertThat(Lab.shell("ip -n sc-%s-r1 -br link".formatted(lab.deployment)))
                .doesNotContainPattern("i[0-9]+@");
        await().atMost(LIMIT)
                .until(() -> Lab.shell("grep -lsa '%s' /proc/[0-9]*/cmdline".formatted(instance.id()))
                        .lines()
                        .noneMatch(line -> Lab.shell("cat " + line).contains("/" + instance.id() + "/")));
    }

    @Test
    void anInstanceWithoutItsStateIsListedAsUntaggedAndCanBeTerminated() {
        Instance instance = cloud.launch(lab.request("alpha", "north-a"));
        Lab.shell("rm -rf " + disk(instance));

        assertThat(cloud.list(lab.deployment)).singleElement().satisfies(found -> {
            assertThat(found.id()).isEqualTo(instance.id());
            assertThat(found.host()).isEqualTo(Instance.UNTAGGED);
            assertThat(found.token()).isEmpty();
        });

        cloud.terminate(instance.id());
        assertThat(Lab.shell("ip netns list")).doesNotContain(instance.id());
        assertThat(cloud.list(lab.deployment)).isEmpty();
    }

    @Test
    void stateWithoutAnInstanceIsNotListedAndIsRemovedWhenTheAccountIsOpened() {
        Instance instance = cloud.launch(lab.request("alpha", "north-a"));
        LocalUnderlay.sweep(lab.deployment);
        assertThat(disk(instance)).exists();

        assertThat(cloud.list(lab.deployment)).isEmpty();
        LocalClouds.open(lab.account("local", 4)).close();

        assertThat(disk(instance)).doesNotExist();
    }

    @Test
    void withoutAnUnderlayNothingIsMade() {
        LocalUnderlay.sweep(lab.deployment);
        assertThatThrownBy(() -> cloud.launch(lab.request("alpha", "north-a"))).hasMessageContaining("no underlay");
        assertThat(lab.account("local", 4).stateDirectory().resolve("instances"))
                .isEmptyDirectory();
    }

    private RemoteShell connect(Instance instance, SshKeys keys, Optional<String> fingerprint) {
        return lab.connector().connect(instance.address(), keys.pair(), fingerprint, LIMIT);
    }

    private boolean pings(Instance instance) {
        return Lab.in(LocalUnderlay.managerNamespace(lab.deployment), "ping -c 1 -W 0.2 " + instance.address())
                .contains("bytes from");
    }

    private String metadata(Instance instance, String item) {
        return Lab.in(lab.namespace(instance), "busybox wget -qO- http://169.254.169.254/latest/meta-data/" + item);
    }

    private Path disk(Instance instance) {
        return lab.account(instance.account(), 4)
                .stateDirectory()
                .resolve("instances")
                .resolve(instance.id());
    }
}
