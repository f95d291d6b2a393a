package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import io.supercloud.core.SiteId;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Kills each process of a real deployment while a real VM that writes to its disk is being moved. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KillTest {
    private static final VmId VM = new VmId("writer");
    private static final Duration BOUND = Duration.ofSeconds(90);
    private static final Duration POLL = Duration.ofMillis(100);
    /** So much more than at its start the target's QEMU holds once the stream is under way. */
    private static final long STREAMED_BYTES = 8 << 20;

    /** The link is slow enough for a stream of some seconds. */
    private static final String CONFIG = """
            deployment: kill
            accounts:
              amber: {provider: local}
              birch: {provider: local}
            sites:
              amber-1: {account: amber, region: r, zone: r-a, instanceType: local.medium}
              birch-1: {account: birch, region: r, zone: r-b, instanceType: local.medium}
            links:
              - {between: [amber-1, birch-1], rtt: 2ms, bandwidth: 300Mbit}
            network: {name: tenant, vni: 77, subnet: 10.77.0.0/16}
            """;

    private TestDeployment deployment;
    private TestGuest guest;

    enum Victim {
        MANAGER,
        REGISTRY,
        SOURCE_AGENT,
        TARGET_AGENT,
        SOURCE_SWITCH,
        TARGET_SWITCH,
        TARGET_QEMU,
        SOURCE_QEMU
    }

    @BeforeAll
    void start(@TempDir Path folder) throws IOException {
        deployment = new TestDeployment("kill", folder);
        Path config = Files.writeString(folder.resolve("kill.yaml"), CONFIG);
        TestDeployment.Result up = deployment.run("up", "--config", config.toString());
        assertThat(up.exitCode()).as(up.err()).isZero();
        ask(
                new ControlRequest.ImportImage(
                        new ImageId("guest"), TestDeployment.guestImage().toString()),
                Answers.Image.class);
        Answers.Vm vm = ask(
                new ControlRequest.RunVm(
                        VM, Optional.of(new ImageId("guest")), 96, 1, 0, Optional.of(new SiteId("amber-1"))),
                Answers.Vm.class);
        guest = TestGuest.attach("kill", deployment.manager(), new SiteId("birch-1"), vm.address());
        await().atMost(BOUND).until(() -> !guest.ask("BOOTID").isEmpty());
    }

    @AfterAll
    void end() {
        deployment.end();
        assertThat(deployment.leftOvers()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(Victim.class)
    void aMoveEndsOrIsUndoneWithOneWholeVm(Victim victim) {
        String source = account(vm());
        String target = other(source);
        assertThat(guest.ask("WRITE START 4096 5000")).isEqualTo("OK");
        String boot = guest.ask("BOOTID");
        long acknowledged = killDuringMove(victim, source, target);

        awaitEnd();
        awaitOneCopy();
        if (victim == Victim.SOURCE_QEMU) {
            assertThat(guest.ask("BOOTID")).as("restarted from its disk").isNotEqualTo(boot);
        } else {
            assertThat(guest.ask("BOOTID")).as("the very guest that began").isEqualTo(boot);
        }
        assertWhole(acknowledged);

        Answers.Move plain = ask(
                new ControlRequest.Move(VM, other(account(vm())) + "-1", false, "after " + victim), Answers.Move.class);
        assertThat(plain.failure()).isEmpty();
        awaitOneCopy();
        assertWhole(acknowledged);
    }

    /** Returns how many records were acknowledged just before the kill. */
    private long killDuringMove(Victim victim, String source, String target) {
        try (EventTail events = new EventTail(deployment.manager())) {
            await().atMost(BOUND).pollInterval(POLL).until(() -> events.count() > 0);
            long before = ask(new ControlRequest.FollowEvents(0, false), Long.class);
            Thread.ofVirtual().start(() -> moveQuietly(target + "-1"));
            events.awaitAfter(before, "move.ready", BOUND);
            long acknowledged = TestGuest.records(guest.ask("STATUS"));
            if (victim != Victim.TARGET_QEMU) {
                awaitStream(target);
            }
            find(victim, source, target).kill();
            return acknowledged;
        }
    }

    private void moveQuietly(String to) {
        try {
            ask(new ControlRequest.Move(VM, to, false, "kill test"), Answers.Move.class);
        } catch (SupercloudException managerGone) {
            // The journal tells how the move ends.
            return;
        }
    }

    private void awaitStream(String target) {
        ProcessFinder.Found qemu = qemus(target).getFirst();
        long atFirst = ProcessFinder.residentBytes(qemu.pid());
        await("memory arrives")
                .atMost(BOUND)
                .pollInterval(Duration.ofMillis(10))
                .until(() -> ProcessFinder.residentBytes(qemu.pid()) > atFirst + STREAMED_BYTES);
    }

    private ProcessFinder.Found find(Victim victim, String source, String target) {
        return switch (victim) {
            case MANAGER -> javaIn("sc-kill-mgr", "ManagerProcess");
            case REGISTRY -> javaIn("sc-kill-mgr", "RegistryProcess");
            case SOURCE_AGENT -> javaIn(deployment.instanceNamespace(source), "AgentProcess");
            case TARGET_AGENT -> javaIn(deployment.instanceNamespace(target), "AgentProcess");
            case SOURCE_SWITCH -> one(deployment.instanceNamespace(source), "ovs-vswitchd");
            case TARGET_SWITCH -> one(deployment.instanceNamespace(target), "ovs-vswitchd");
            case TARGET_QEMU -> qemus(target).getFirst();
            case SOURCE_QEMU -> qemus(source).getFirst();
        };
    }

    private static ProcessFinder.Found javaIn(String namespace, String mainClass) {
        return ProcessFinder.in(namespace).stream()
                .filter(process -> process.runs("java") && process.mentions(mainClass))
                .findFirst()
                .orElseThrow();
    }

    private static ProcessFinder.Found one(String namespace, String program) {
        return ProcessFinder.in(namespace).stream()
                .filter(process -> process.runs(program))
                .findFirst()
                .orElseThrow();
    }

    private List<ProcessFinder.Found> qemus(String account) {
        return ProcessFinder.in(deployment.instanceNamespace(account)).stream()
                .filter(process -> process.runs("qemu-system-x86_64"))
                .toList();
    }

    private void awaitEnd() {
        await("the move ends or is undone")
                .atMost(BOUND)
                .pollInterval(POLL)
                .ignoreExceptionsInstanceOf(SupercloudException.class)
                .until(
                        () -> {
                            Answers.Move[] moves = ask(new ControlRequest.ListMoves(VM), Answers.Move[].class);
                            return moves[moves.length - 1].state();
                        },
                        state -> !state.equals("under way"));
    }

    /** One process in all namespaces, on the host that the owner record names, and the guest answers. */
    private void awaitOneCopy() {
        await("one copy, at its owner's")
                .atMost(BOUND)
                .pollInterval(POLL)
                .ignoreExceptionsInstanceOf(SupercloudException.class)
                .untilAsserted(() -> {
                    Answers.Vm vm = vm();
                    assertThat(vm.state()).isEqualTo("running");
                    assertThat(qemus(account(vm))).hasSize(1);
                    assertThat(qemus(other(account(vm)))).isEmpty();
                    assertThat(guest.ask("PING 1")).isEqualTo("PONG 1");
                });
    }

    private void assertWhole(long acknowledged) {
        guest.ask("WRITE STOP");
        String verified = guest.ask("VERIFY");
        assertThat(verified).startsWith("VERIFIED").contains("lost=0 ").endsWith("corrupt=0");
        assertThat(TestGuest.records(verified)).isGreaterThanOrEqualTo(acknowledged);
    }

    private Answers.Vm vm() {
        return ask(new ControlRequest.ListVms(), Answers.Vm[].class)[0];
    }

    private static String account(Answers.Vm vm) {
        return vm.site().replace("-1", "");
    }

    private static String other(String account) {
        return account.equals("amber") ? "birch" : "amber";
    }

    private <T> T ask(ControlRequest request, Class<T> answer) {
        List<String> progress = new ArrayList<>();
        return deployment.manager().ask(request, answer, progress::add);
    }
}
