package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.image.Durability;
import io.supercloud.image.ledger.Copies;
import io.supercloud.migration.Protection;
import io.supercloud.migration.Protection.OnHostLoss;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

/** A host is lost with everything on it, and later one is cut off; with everything real. Run by {@code make host-loss}. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class HostLossMatrix {
    private static final ImageId IMAGE = new ImageId("guest");
    private static final VmId VM = new VmId("web");
    private static final VmId RESUMED = new VmId("kept");
    private static final int MEMORY_MIB = 96;
    private static final int PORT = 7000;
    private static final Duration LIMIT = Duration.ofSeconds(150);
    private static final long RECORDS = 200;

    private TestDeployment deployment;
    private TestGuest guest;
    private TestGuest resumed;

    @BeforeAll
    void start(@TempDir Path folder) {
        deployment = new TestDeployment("loss", folder);
        deployment.up("durability: replicated\n", List.of("amber", "birch", "cedar"));
        ask(new ControlRequest.ImportImage(IMAGE, TestDeployment.guestImage().toString()), Answers.Image.class);
        Answers.Vm vm = ask(
                new ControlRequest.RunVm(VM, Optional.of(IMAGE), MEMORY_MIB, 1, 0, Optional.of(new SiteId("amber-1"))),
                Answers.Vm.class);
        guest = TestGuest.attach("loss", deployment.manager(), new SiteId("cedar-1"), vm.address());
        await().atMost(LIMIT).until(() -> guest.ask(PORT, "PING 1").equals("PONG 1"));
        resumed = guest.at(ask(withCheckpoints(), Answers.Vm.class).address());
        await().atMost(LIMIT).until(() -> resumed.ask(PORT, "PING 1").equals("PONG 1"));
    }

    private static ControlRequest.RunVm withCheckpoints() {
        return new ControlRequest.RunVm(
                RESUMED,
                Optional.of(IMAGE),
                MEMORY_MIB,
                1,
                0,
                Optional.of(new SiteId("amber-1")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                "",
                Optional.of(new Protection(
                        new Durability.Replicated(Copies.DEFAULT), OnHostLoss.RESUME, Duration.ofSeconds(60))));
    }

    @AfterAll
    void nothingIsLeft() {
        deployment.end();
        assertThat(deployment.leftOvers()).isEmpty();
    }

    private <T> T ask(ControlRequest request, Class<T> answer) {
        return deployment.manager().ask(request, answer, line -> {});
    }

    private Answers.Why why(VmId vm) {
        return ask(new ControlRequest.Why(vm), Answers.Why.class);
    }

    private static long acknowledged(TestGuest of) {
        return TestGuest.records(of.ask(PORT, "STATUS"));
    }

    /** A checkpoint that has seen so many records. */
    private void awaitCheckpointBehind(long records) {
        await().atMost(LIMIT).until(() -> acknowledged(resumed) >= records);
        long since = System.nanoTime();
        await().atMost(LIMIT)
                .until(() -> deployment
                        .run("metrics")
                        .out()
                        .lines()
                        .filter(line -> line.startsWith("supercloud_vm_checkpoint_age_seconds{vm=\"kept\"}"))
                        .anyMatch(line -> Double.parseDouble(line.substring(line.indexOf('}') + 2)) * 1e9
                                < System.nanoTime() - since));
    }

    @Test
    @Order(1)
    void theVmsOfALostHostRunElsewhereFromTheirDisksOrTheirCheckpoints() {
        guest.ask(PORT, "WRITE START");
        resumed.ask(PORT, "WRITE START");
        await().atMost(LIMIT).until(() -> acknowledged(guest) >= RECORDS);
        awaitCheckpointBehind(RECORDS);
        System.out.print(deployment
                .run("metrics")
                .out()
                .lines()
                .filter(line -> line.startsWith("supercloud_vm_checkpoint"))
                .collect(Collectors.joining("\n", "", "\n")));
        String bootOfResumed = resumed.ask(PORT, "BOOTID");
        String boot = guest.ask(PORT, "BOOTID");
        long before = acknowledged(guest);
        long begin = System.nanoTime();
        ProcessFinder.in(deployment.instanceNamespace("amber")).forEach(ProcessFinder.Found::kill);
        awaitAnswer(guest, "booted", begin);
        awaitAnswer(resumed, "resumed", begin);
        for (VmId vm : List.of(VM, RESUMED)) {
            assertThat(why(vm).host()).isNotEqualTo("host-amber-1");
            assertThat(why(vm).restarts()).hasSize(1);
            assertThat(deployment.run("why", vm.value()).out()).contains("host-amber-1 was lost");
        }
        assertThat(why(VM).restarts().getFirst().state()).isEqualTo("booted");
        assertThat(why(RESUMED).restarts().getFirst().state())
                .as(why(RESUMED).restarts().getFirst().obstacle())
                .isEqualTo("resumed");
        assertThat(deployment.run("events").out()).contains("host.lost").contains("vm.restarted");
        assertThat(guest.ask(PORT, "BOOTID")).isNotEqualTo(boot);
        assertThat(resumed.ask(PORT, "BOOTID")).isEqualTo(bootOfResumed);
        requireWhole(guest, before);
        requireWhole(resumed, RECORDS);
    }

    private static void awaitAnswer(TestGuest of, String how, long begin) {
        await().atMost(LIMIT).until(() -> of.ask(PORT, "PING 2").equals("PONG 2"));
        System.out.printf(
                "the VM that is %s answers %d ms after the loss%n", how, (System.nanoTime() - begin) / 1_000_000);
    }

    private static void requireWhole(TestGuest of, long records) {
        String verified = of.ask(PORT, "VERIFY");
        assertThat(verified).contains("lost=0 corrupt=0");
        assertThat(TestGuest.records(verified)).isGreaterThanOrEqualTo(records);
    }
}
