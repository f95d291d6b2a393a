package io.supercloud.overlay.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.VirtualThreadTasks;
import io.supercloud.overlay.cloud.internal.AgentInstaller;
import io.supercloud.overlay.cloud.local.LocalClouds;
import io.supercloud.overlay.cloud.ssh.RemoteShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostLauncherOnLocalCloudTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int LARGE_BYTES = 8_000_000;
    private static final HostId HOST = new HostId("alpha");

    @TempDir
    Path directory;

    private final InMemoryRegistry registry = new InMemoryRegistry();
    private final List<String> progress = new ArrayList<>();
    private Lab lab;
    private Cloud cloud;
    private HostLauncher launcher;

    @BeforeEach
    void open() {
        lab = new Lab(directory.resolve("lab"));
        cloud = LocalClouds.open(lab.account("local", 4));
        launcher = new HostLauncher(
                registry,
                Map.of("local", cloud),
                Lab.KEYS,
                InstantSource.system(),
                new VirtualThreadTasks(),
                lab.connector());
    }

    @AfterEach
    void close() {
        lab.close();
        cloud.close();
    }

    @Test
    void theAgentRunsWithItsEnvironmentAndIsStartedAgainWhenItDiesUntilItIsStopped() throws IOException {
        Launched launched = launcher.launch(order(agent()), progress::add);
        Path home = home(launched);

        await().atMost(LIMIT).until(() -> Files.exists(home.resolve("said")));
        assertThat(Files.readString(home.resolve("said")))
                .isEqualTo("token with blanks, $dollars and \"quotes\" at " + home.getParent() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.resolve("agent.env"))))
                .isEqualTo("rw-------");
        String first = Files.readString(home.resolve("agent.pid")).strip();
        assertThat(Lab.shell("ip netns identify " + first).strip()).isEqualTo(lab.namespace(launched.instance()));

        Lab.shell("kill -9 " + first);
        await().atMost(LIMIT)
                .until(() ->
                        !Files.readString(home.resolve("agent.pid")).strip().equals(first));

        Files.createFile(home.resolve("stopped"));
        Lab.shell("kill -9 $(cat %s)".formatted(home.resolve("agent.pid")));
        await().atMost(LIMIT)
                .until(() -> Lab.in(
                                lab.namespace(launched.instance()), "flock -n %s/run.lock echo free".formatted(home))
                        .contains("free"));
    }

    @Test
    void aLargeBundleIsUploadedOnceOnly() throws IOException {
        Path content = agent();
        byte[] large = new byte[LARGE_BYTES];
        new SplittableRandom(1).nextBytes(large);
        Files.write(content.resolve("large"), large);
        Launched launched = launcher.launch(order(content), progress::add);

        assertThat(home(launched).resolve("large")).hasSameBinaryContentAs(content.resolve("large"));
        assertThat(progress).filteredOn(line -> line.startsWith("uploading")).hasSizeBetween(2, 6);
        progress.clear();
        try (RemoteShell shell = lab.connector()
                .connect(
                        launched.instance().address(),
                        Lab.KEYS.pair(),
                        Optional.of(launched.hostKeyFingerprint()),
                        LIMIT)) {
            new AgentInstaller(shell, progress::add).install(new AgentBundle(content, Map.of()));
        }
        assertThat(progress)
                .contains("the host has the agent's bundle already")
                .noneMatch(line -> line.startsWith("uploading"));
    }

    @Test
    void aBundleWithoutAnAgentLeavesNoInstance() throws IOException {
        Path empty = Files.createDirectory(directory.resolve("empty"));
        assertThatThrownBy(() -> launcher.launch(order(empty), progress::add)).hasMessageContaining("bin/agent");
        assertThat(cloud.list(lab.deployment)).isEmpty();
        assertThat(registry.children("/launches")).isEmpty();
        assertThat(Lab.shell("ip netns list")).doesNotContain("sc-" + lab.deployment + "-i-");
    }

    @Test
    void aTerminatedHostTakesItsAgentAlong() throws IOException {
        Launched launched = launcher.launch(order(agent()), progress::add);
        launcher.terminate(HOST);
        assertThat(home(launched)).doesNotExist();
        assertThat(cloud.list(lab.deployment)).isEmpty();
    }

    private LaunchOrder order(Path content) {
        return new LaunchOrder(
                lab.deployment,
                HOST,
                "local",
                Lab.NORTH,
                "north-a",
                "local.small",
                false,
                new AgentBundle(content, Map.of("JOIN_TOKEN", "token with blanks, $dollars and \"quotes\"")));
    }

    private Path agent() throws IOException {
        Path content = Files.createDirectory(directory.resolve("bundle"));
        Path agent = Files.createDirectory(content.resolve("bin")).resolve("agent");
        Files.writeString(
                agent, "#!/bin/sh\necho \"$JOIN_TOKEN at $SUPERCLOUD_INSTANCE_DIR\" >said\nexec sleep 1000\n");
        Files.setPosixFilePermissions(agent, PosixFilePermissions.fromString("rwxr-xr-x"));
        return content;
    }

    private Path home(Launched launched) {
        return lab.account("local", 4)
                .stateDirectory()
                .resolve("instances")
                .resolve(launched.instance().id())
                .resolve("supercloud");
    }
}
