package io.supercloud.overlay.cloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.Registry;
import io.supercloud.core.SiteId;
import io.supercloud.core.SupercloudException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class HostLauncherTest {
    private static final String DEPLOYMENT = "demo";
    private static final HostId HOST = new HostId("alpha");
    private static final int NEVER = Integer.MAX_VALUE;

    @TempDir
    Path directory;

    private InMemoryCloud cloud = new InMemoryCloud("memory", "north-a", 3);
    private InMemoryRegistry registry = new InMemoryRegistry();
    private Path bundle;

    @BeforeEach
    void makeBundle() throws IOException {
        bundle = Files.writeString(directory.resolve("bundle.tar.gz"), "content");
    }

    @Test
    void aLaunchedHostIsRecordedWithItsInstance() {
        Launched launched = launcher(registry).launch(order(HOST), HostLauncherTest::ignore);

        assertThat(launched.hostKeyFingerprint()).isEqualTo("SHA256:memory");
        assertThat(cloud.list(DEPLOYMENT)).containsExactly(launched.instance());
        assertThat(registry.read("/launches/alpha").orElseThrow().text())
                .contains(
                        "state=LAUNCHED",
                        "instance=" + launched.instance().id(),
                        "token=" + launched.instance().token());
        assertThat(registry.children("/launching")).isEmpty();
        assertThat(launcher(registry).sweep(DEPLOYMENT)).isEmpty();
    }

    @Test
    void aFailureAtAnyStepLeavesNothingBehind() {
        int steps = 0;
        for (boolean failed = true; failed; steps++) {
            Fuse fuse = new Fuse(steps, false, () -> {});
            failed = !succeeds(() -> launcher(registry, fuse).launch(order(HOST), HostLauncherTest::ignore));

            assertThat(failed).as("step %d", steps).isEqualTo(fuse.blown());
            if (failed) {
                assertNothingLeft("step " + steps);
            }
        }
        assertThat(steps).isGreaterThan(20);
    }

    @Test
    void whatAManagerKilledAtAnyStepLeftIsSwept() {
        int steps = 0;
        for (boolean killed = true; killed; steps++) {
            InMemoryRegistry victim = registry.another();
            Fuse fuse = new Fuse(steps, true, victim::cutOff);
            killed = !succeeds(() -> launcher(victim, fuse).launch(order(HOST), HostLauncherTest::ignore));

            if (killed) {
                assertThat(launcher(registry).sweep(DEPLOYMENT))
                        .as("while the lease lasts, step %d", steps)
                        .isEmpty();
                victim.expireSession();
                assertThat(launcher(registry).sweep(DEPLOYMENT))
                        .as("step %d", steps)
                        .hasSize(1);
                assertNothingLeft("step " + steps);
            }
        }
        assertThat(steps).isGreaterThan(20);
    }

    @Test
    void anEndThatIsKilledAtAnyStepIsFinishedBySweep() {
        int steps = 0;
        for (boolean killed = true; killed; steps++) {
            launcher(registry).launch(order(HOST), HostLauncherTest::ignore);
            InMemoryRegistry victim = registry.another();
            Fuse fuse = new Fuse(steps, true, victim::cutOff);
            killed = !succeeds(() -> launcher(victim, fuse).terminate(HOST));

            launcher(registry).sweep(DEPLOYMENT);
            assertNothingLeft("step " + steps);
        }
        assertThat(steps).isGreaterThan(3);
    }

    @Test
    void anInstanceThatIsListedLateIsNotForgottenByFailedLaunchNorSweep() {
        VirtualTime time = new VirtualTime(Instant.EPOCH);
        LateCloud late = new LateCloud(cloud, Duration.ofMinutes(5), time);
        HostLauncher launcher = late(late, time);

        assertThatThrownBy(() -> launcher.launch(order(HOST), HostLauncherTest::ignore))
                .hasMessageContaining("lost");
        assertThat(launcher.sweep(DEPLOYMENT)).isEmpty();
        assertThat(registry.children("/launches")).hasSize(1);
        assertThat(cloud.list(DEPLOYMENT)).hasSize(1);

        time.sleep(Duration.ofMinutes(5));
        assertThat(launcher.sweep(DEPLOYMENT)).hasSize(1);
        assertNothingLeft("listed late");
    }

    @Test
    void anEndWaitsForAnInstanceThatIsListedLateAndSoDoesTheNextLaunch() {
        VirtualTime time = new VirtualTime(Instant.EPOCH);
        LateCloud late = new LateCloud(cloud, Duration.ofMinutes(5), time);
        HostLauncher launcher = late(late, time);

        assertThatThrownBy(() -> launcher.launch(order(HOST), HostLauncherTest::ignore))
                .hasMessageContaining("lost");
        launcher.terminate(HOST);
        assertNothingLeft("ended late");
        assertThat(time.instant()).isEqualTo(Instant.EPOCH.plus(Duration.ofMinutes(5)));

        assertThatThrownBy(() -> launcher.launch(order(HOST), HostLauncherTest::ignore))
                .hasMessageContaining("lost");
        launcher(registry, new Fuse(NEVER, false, () -> {}), time).launch(order(HOST), HostLauncherTest::ignore);
        assertThat(cloud.list(DEPLOYMENT)).hasSize(1);
        assertThat(launcher.sweep(DEPLOYMENT)).isEmpty();
    }

    private HostLauncher late(LateCloud late, VirtualTime time) {
        return new HostLauncher(
                registry, Map.of("memory", late), Lab.KEYS, time, time, (address, key, fingerprint, timeout) -> {
                    throw new AssertionError("the answer of the launch was lost");
                });
    }

    @Test
    void anAccountThatCannotBeUsedFailsNoLaunchAtAnother() {
        VirtualTime time = new VirtualTime(Instant.EPOCH);
        HostLauncher launcher = new HostLauncher(
                registry,
                Map.of("memory", cloud, "closed", new ClosedCloud("closed")),
                Lab.KEYS,
                time,
                time,
                (address, key, fingerprint, timeout) -> new InMemoryShell());

        launcher.launch(order(HOST), HostLauncherTest::ignore);

        assertThat(launcher.sweep(DEPLOYMENT)).isEmpty();
        assertThat(cloud.list(DEPLOYMENT)).hasSize(1);
        launcher.terminate(HOST);
        assertThat(launcher.forget(DEPLOYMENT)).singleElement().asString().contains("account closed cannot be used");
    }

    @Test
    void sweepSparesALaunchUnderWay() {
        List<String> removed = new ArrayList<>();
        HostLauncher sweeper = launcher(registry.another());

        launcher(registry).launch(order(HOST), line -> removed.addAll(sweeper.sweep(DEPLOYMENT)));

        assertThat(removed).isEmpty();
        assertThat(cloud.list(DEPLOYMENT)).hasSize(1);
    }

    @Test
    void sweepEndsAnInstanceThatNoRecordNamesAndSparesOtherDeployments() {
        cloud.launch(new LaunchRequest(DEPLOYMENT, HOST, "north-a", "small", false, "forgotten", ""));
        cloud.launch(new LaunchRequest("other", HOST, "north-a", "small", false, "forgotten", ""));

        assertThat(launcher(registry).sweep(DEPLOYMENT))
                .singleElement()
                .asString()
                .contains("i-1");

        assertThat(cloud.list(DEPLOYMENT)).isEmpty();
        assertThat(cloud.list("other")).hasSize(1);
    }

    @Test
    void anAccountThatCannotBeReachedIsSweptLater() {
        cloud.launch(new LaunchRequest(DEPLOYMENT, HOST, "north-a", "small", false, "forgotten", ""));
        assertThat(launcher(registry, new Fuse(0, true, () -> {})).sweep(DEPLOYMENT))
                .isEmpty();
        assertThat(launcher(registry).sweep(DEPLOYMENT)).hasSize(1);
    }

    @Test
    void aHostIsLaunchedOnceOnly() {
        launcher(registry).launch(order(HOST), HostLauncherTest::ignore);
        assertThatThrownBy(() -> launcher(registry.another()).launch(order(HOST), HostLauncherTest::ignore))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("exists already");
        assertThat(cloud.list(DEPLOYMENT)).hasSize(1);
        assertThat(registry.children("/launching")).isEmpty();
    }

    @Test
    void twoManagersDoNotLaunchTheSameHostAtOnce() {
        HostLauncher other = launcher(registry.another());
        List<String> refusals = new ArrayList<>();

        launcher(registry).launch(order(HOST), line -> {
            try {
                other.launch(order(HOST), HostLauncherTest::ignore);
            } catch (CloudException e) {
                refusals.add(e.getMessage());
            }
        });

        assertThat(refusals).isNotEmpty().allMatch(refusal -> refusal.contains("is being launched already"));
        assertThat(cloud.list(DEPLOYMENT)).hasSize(1);
    }

    @Test
    void aHostThatIsTerminatedWhileItIsLaunchedDoesNotComeToLife() {
        HostLauncher other = launcher(registry.another());
        assertThatThrownBy(() -> launcher(registry).launch(order(HOST), line -> other.terminate(HOST)))
                .isInstanceOf(SupercloudException.class);
        assertNothingLeft("terminated meanwhile");
    }

    @Test
    void terminatingAHostEndsItAndTerminatingItAgainIsNoError() {
        HostLauncher launcher = launcher(registry);
        launcher.launch(order(HOST), HostLauncherTest::ignore);
        launcher.launch(order(new HostId("beta")), HostLauncherTest::ignore);

        launcher.terminate(HOST);
        launcher.terminate(HOST);

        assertThat(cloud.list(DEPLOYMENT)).extracting(Instance::host).containsExactly(new HostId("beta"));
        assertThat(registry.children("/launches")).containsOnlyKeys("beta");
    }

    @Test
    void aFullZoneIsToldAsSuchAndLeavesNothing() {
        cloud = new InMemoryCloud("memory", "north-a", 0);
        assertThatThrownBy(() -> launcher(registry).launch(order(HOST), HostLauncherTest::ignore))
                .isInstanceOf(CloudException.NoCapacity.class);
        assertNothingLeft("no capacity");
    }

    @Test
    void anUnknownAccountIsRefusedBeforeAnythingIsWritten() {
        LaunchOrder order = new LaunchOrder(
                DEPLOYMENT,
                HOST,
                "nobody",
                new SiteId("north"),
                "north-a",
                "small",
                false,
                new AgentBundle(bundle, Map.of()));
        assertThatThrownBy(() -> launcher(registry).launch(order, HostLauncherTest::ignore))
                .hasMessageContaining("nobody");
        assertNothingLeft("unknown account");
    }

    @Test
    void anEnvironmentThatNoShellCouldQuoteIsRefused() {
        assertThatThrownBy(() -> new AgentBundle(bundle, Map.of("TOKEN", "a'b")))
                .hasMessageContaining("TOKEN");
        assertThatThrownBy(() -> new AgentBundle(bundle, Map.of("A B", "c"))).hasMessageContaining("A B");
    }

    private static void ignore(String line) {}

    private static boolean succeeds(Runnable work) {
        try {
            work.run();
            return true;
        } catch (SupercloudException e) {
            return false;
        }
    }

    private void assertNothingLeft(String when) {
        assertThat(cloud.list(DEPLOYMENT)).as(when).isEmpty();
        assertThat(registry.children("/launches")).as(when).isEmpty();
        assertThat(registry.children("/launching")).as(when).isEmpty();
    }

    private LaunchOrder order(HostId host) {
        return new LaunchOrder(
                DEPLOYMENT,
                host,
                "memory",
                new SiteId("north"),
                "north-a",
                "small",
                true,
                new AgentBundle(bundle, Map.of("TOKEN", "x")));
    }

    private HostLauncher launcher(Registry through) {
        return launcher(through, new Fuse(NEVER, false, () -> {}));
    }

    private HostLauncher launcher(Registry through, Fuse fuse) {
        return launcher(through, fuse, new VirtualTime(Instant.EPOCH));
    }

    private HostLauncher launcher(Registry through, Fuse fuse, VirtualTime time) {
        return new HostLauncher(
                through,
                Map.of("memory", fuse.cloud(cloud)),
                Lab.KEYS,
                time,
                time,
                fuse.connector((address, key, fingerprint, timeout) -> new InMemoryShell()));
    }
}
