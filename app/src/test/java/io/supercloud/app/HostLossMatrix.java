package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.app.manager.Answers;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.ImageId;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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
    private static final int MEMORY_MIB = 96;
    private static final int PORT = 7000;
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final long RECORDS = 200;

    private TestDeployment deployment;
    private TestGuest guest;

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
    }

    @AfterAll
    void nothingIsLeft() {
        deployment.end();
        assertThat(deployment.leftOvers()).isEmpty();
    }

    private <T> T ask(ControlRequest request, Class<T> answer) {
        return deployment.manager().ask(request, answer, line -> {});
    }

    private Answers.Why why() {
        return ask(new ControlRequest.Why(VM), Answers.Why.class);
    }

    private long acknowledged() {
        return TestGuest.records(guest.ask(PORT, "STATUS"));
    }

    @Test
    @Order(1)
    void aVmWhoseHostIsLostRunsElsewhereWithEveryAcknowledgedWrite() {
        guest.ask(PORT, "WRITE START");
        await().atMost(LIMIT).until(() -> acknowledged() >= RECORDS);
        long before = acknowledged();
        long begin = System.nanoTime();
        ProcessFinder.in(deployment.instanceNamespace("amber")).forEach(ProcessFinder.Found::kill);
        await().atMost(LIMIT).until(() -> guest.ask(PORT, "PING 2").equals("PONG 2"));
        System.out.printf("the VM answers again %d ms after the loss%n", (System.nanoTime() - begin) / 1_000_000);
        assertThat(why().host()).isNotEqualTo("host-amber-1");
        assertThat(why().restarts()).hasSize(1);
        assertThat(deployment.run("why", VM.value()).out()).contains("host-amber-1 was lost");
        assertThat(deployment.run("events").out()).contains("host.lost").contains("vm.restarted");
        String verified = guest.ask(PORT, "VERIFY");
        assertThat(verified).contains("lost=0 corrupt=0");
        assertThat(TestGuest.records(verified)).isGreaterThanOrEqualTo(before);
    }
}
