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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** VMs leave a host that will be taken away, with everything real. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class EvictionTest {
    private static final ImageId IMAGE = new ImageId("guest");
    private static final SiteId DOOMED = new SiteId("amber-1");
    private static final SiteId OTHER = new SiteId("birch-1");
    private static final int VMS = 3;
    /** The last one, which is paused too. */
    private static final VmId RENAMED = new VmId("idler");

    private static final int MEMORY_MIB = 96;
    private static final int PORT = 7000;
    private static final int NOTICE_SECONDS = 30;
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private TestDeployment deployment;
    private final List<Answers.Vm> vms = new ArrayList<>();
    private final List<TestGuest> guests = new ArrayList<>();
    private final List<String> boots = new ArrayList<>();

    @BeforeAll
    void start(@TempDir Path folder) {
        deployment = new TestDeployment("evict", folder);
        deployment.up(List.of("amber", "birch", "cedar"));
        ask(new ControlRequest.ImportImage(IMAGE, TestDeployment.guestImage().toString()), Answers.Image.class);
        for (int i = 0; i < VMS; i++) {
            VmId id = new VmId("vm-" + i);
            vms.add(ask(
                    new ControlRequest.RunVm(id, Optional.of(IMAGE), MEMORY_MIB, 1, 0, Optional.of(DOOMED)),
                    Answers.Vm.class));
        }
        TestGuest client = TestGuest.attach(
                "evict", deployment.manager(), OTHER, vms.getFirst().address());
        for (Answers.Vm vm : vms) {
            TestGuest guest = client.at(vm.address());
            await().atMost(LIMIT).until(() -> guest.ask(PORT, "PING 1").equals("PONG 1"));
            guest.ask(PORT, "WRITE START");
            boots.add(guest.ask(PORT, "BOOTID"));
            guests.add(guest);
        }
        vms.set(VMS - 1, ask(new ControlRequest.RenameVm(vms.getLast().vm(), RENAMED), Answers.Vm.class));
        ask(new ControlRequest.ChangeVm(RENAMED, ControlRequest.Change.PAUSE), Answers.Changed.class);
    }

    @AfterAll
    void nothingIsLeft() {
        deployment.end();
        assertThat(deployment.leftOvers()).isEmpty();
    }

    private <T> T ask(ControlRequest request, Class<T> answer) {
        return deployment.manager().ask(request, answer, line -> {});
    }

    private JsonNode json(String... arguments) {
        TestDeployment.Result result = deployment.run(arguments);
        assertThat(result.exitCode()).as("%s: %s", result.line(), result.err()).isZero();
        return result.json();
    }

    private String site(VmId vm) {
        return ask(new ControlRequest.Why(vm), Answers.Why.class).host();
    }

    @Test
    @Order(1)
    void aPlanSaysWhoGoesWhereAndMovesNobody() {
        JsonNode plan = json("evacuate", DOOMED.value(), "--plan", "--within", "120", "--json");
        assertThat(plan.path("departures").size()).isEqualTo(VMS);
        assertThat(plan.path("departures").findValuesAsString("inTime")).containsOnly("true");
        assertThat(plan.path("moves").size()).isZero();
        JsonNode hurried = json("evacuate", DOOMED.value(), "--plan", "--within", "1", "--json");
        assertThat(hurried.path("departures").findValuesAsString("inTime")).containsOnly("false");
        assertThat(site(vms.getFirst().vm())).isEqualTo("host-amber-1");
        JsonNode move = json("move", "vm-0", OTHER.value(), "--plan", "--json");
        assertThat(move.path("forecast").path("memoryBytes").asLong()).isGreaterThan(1L << 20);
    }

    @Test
    @Order(2)
    void aMoveUnderWayIsCancelled() {
        VmId vm = vms.getFirst().vm();
        CompletableFuture<Answers.Move> move = CompletableFuture.supplyAsync(
                () -> ask(new ControlRequest.Move(vm, OTHER.value(), false, "test"), Answers.Move.class));
        await().atMost(LIMIT)
                .until(() -> !ask(new ControlRequest.Why(vm), Answers.Why.class)
                        .moves()
                        .isEmpty());
        String id = ask(new ControlRequest.Why(vm), Answers.Why.class)
                .moves()
                .getFirst()
                .move();
        assertThat(deployment.run("cancel", id).exitCode()).isZero();
        assertThat(move.join().failure())
                .hasValueSatisfying(why -> assertThat(why).contains("cancelled"));
        assertThat(deployment.run("cancel", id).err()).contains("cannot be cancelled any more");
        assertThat(site(vm)).isEqualTo("host-amber-1");
    }

    @Test
    @Order(3)
    void onANoticeEveryVmLeavesBeforeItsHostIsGone() {
        assertThat(deployment.run("reclaim", DOOMED.value()).err()).contains("say --yes");
        VmId asleep = vms.getFirst().vm();
        ask(new ControlRequest.ChangeVm(asleep, ControlRequest.Change.SUSPEND), Answers.Changed.class);
        json("reclaim", DOOMED.value(), "--notice", Integer.toString(NOTICE_SECONDS), "--yes", "--json");

        await().atMost(LIMIT)
                .until(() -> vms.stream().noneMatch(vm -> site(vm.vm()).equals("host-amber-1")));
        await().atMost(Duration.ofSeconds(2 * NOTICE_SECONDS))
                .until(() -> !deployment.run("status").out().matches("(?s).*host-amber-1 +amber-1 +alive.*"));
        assertThat(deployment.run("vm", "ls").out()).containsPattern("idler +paused");
        assertThat(deployment.run("vm", "ls").out()).containsPattern("vm-0 +suspended");
        ask(new ControlRequest.ResumeVm(RENAMED, false, Optional.empty()), Answers.Vm.class);
        ask(new ControlRequest.ResumeVm(asleep, false, Optional.empty()), Answers.Vm.class);
        for (int i = 0; i < VMS; i++) {
            TestGuest guest = guests.get(i);
            assertThat(guest.ask(PORT, "BOOTID")).isEqualTo(boots.get(i));
            guest.ask(PORT, "WRITE STOP");
            assertThat(guest.ask(PORT, "VERIFY")).contains("lost=0 corrupt=0");
        }
    }

    @Test
    @Order(4)
    void itIsToldWhyAVmIsWhereItIsAndWhereTheTimeWent() {
        JsonNode why = json("why", "vm-1", "--json");
        assertThat(why.path("moves").get(0).path("reason").asString()).contains("will be taken away");
        String move = why.path("moves").get(0).path("move").asString();
        JsonNode timeline = json("timeline", move, "--json");
        assertThat(timeline.path("spans").findValuesAsString("name")).contains("1 check", "guest stopped", "8 settle");
        assertThat(timeline.path("forecast").path("seconds").asDouble()).isPositive();
        assertThat(json("timeline", move, "--chrome").path("traceEvents").findValuesAsString("name"))
                .hasSize(timeline.path("spans").size() + 1)
                .contains("guest stopped", "memory");
        assertThat(deployment.run("timeline", "m-none").err()).contains("there is no move m-none");
    }
}
