package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.app.TestDeployment.Result;
import io.supercloud.core.Ipv4;
import io.supercloud.core.SiteId;
import io.supercloud.migration.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Every command of the command line, in the order in which a user comes to them, on real local clouds. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DeploymentTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);
    /** Who started the tests in the background has them, and all they start, ignore interrupts. */
    private static final List<String> WITH_INTERRUPTS = List.of("env", "--default-signal=INT");

    private TestDeployment deployment;
    private Path config;
    private TestGuest client;

    @BeforeAll
    void initAndUp(@TempDir Path folder) throws IOException {
        deployment = new TestDeployment("e2e", folder);
        config = folder.resolve("my.yaml");
        assertThat(deployment.run("status").exitCode())
                .as("before anything is up")
                .isEqualTo(3);
        Result init = deployment.run("init", config.toString(), "--json");
        assertThat(init.exitCode()).as(init.err()).isZero();
        assertThat(init.json().path("file").asString()).isEqualTo(config.toString());
        Files.writeString(config, Files.readString(config).replace("deployment: demo", "deployment: e2e"));
        Result up = deployment.run("up", "--config", config.toString(), "--json");
        assertThat(up.exitCode()).as(up.err()).isZero();
        assertThat(up.json().path("deployment").asString()).isEqualTo("e2e");
        assertThat(up.json().path("hosts").findValuesAsString("state")).containsExactly("alive", "alive", "alive");
    }

    @AfterAll
    void nothingIsLeft() {
        deployment.end();
        assertThat(deployment.leftOvers()).isEmpty();
    }

    /** Runs a command that must succeed, and returns its output. */
    private String text(String... arguments) {
        Result result = deployment.run(arguments);
        assertThat(result.exitCode()).as("%s: %s", result.line(), result.err()).isZero();
        return result.out();
    }

    private JsonNode json(String... arguments) {
        String[] line = Arrays.copyOf(arguments, arguments.length + 1);
        line[arguments.length] = "--json";
        return Json.read(String.join(" ", arguments), text(line).getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }

    /** Runs a command that must fail, with nothing on standard output and one sentence on standard error. */
    private String refusal(int exitCode, String... arguments) {
        Result result = deployment.run(arguments);
        assertThat(result.exitCode()).as("%s: %s", result.line(), result.err()).isEqualTo(exitCode);
        assertThat(result.out()).isEmpty();
        assertThat(result.err()).doesNotContain("\tat ");
        return result.err();
    }

    @Test
    @Order(1)
    void initNeverOverwrites() {
        assertThat(refusal(1, "init", config.toString()))
                .contains(config.toString())
                .contains("name another file");
    }

    @Test
    @Order(1)
    void aWrongCommandLineEndsWith2AndSaysHowItIsRight() {
        assertThat(refusal(2, "statsu")).contains("statsu").contains("status");
        assertThat(refusal(2, "move", "web")).contains("SITE");
        assertThat(refusal(2, "vm", "run", "web", "--memory", "much")).contains("--memory");
    }

    @Test
    @Order(1)
    void aWrongNameIsRefusedInASentence() {
        assertThat(refusal(1, "vm", "stop", "Not_A_Name"))
                .contains("Not_A_Name")
                .contains("a-z");
    }

    @Test
    @Order(2)
    void doctorTellsTheStateOfTheMachine() {
        Result doctor = deployment.run("doctor", "--json");
        assertThat(doctor.json().findValuesAsString("check")).contains("hypervisor", "accelerator", "memory");
        assertThat(doctor.exitCode() == 0)
                .isEqualTo(!doctor.json().findValuesAsString("sound").contains("false"));
    }

    @Test
    @Order(2)
    void upFindsWhatIsThere() {
        List<String> before = json("status").path("hosts").findValuesAsString("underlay");
        assertThat(json("up").path("hosts").findValuesAsString("underlay")).isEqualTo(before);
        assertThat(text("up", "--config", config.toString())).contains("host-amber-1");
    }

    @Test
    @Order(2)
    void upWithAnotherConfigurationIsRefused() throws IOException {
        Path other = Files.writeString(
                deployment.folder().resolve("other.yaml"),
                Files.readString(config).replace("20ms", "30ms"));
        assertThat(refusal(1, "up", "--config", other.toString())).contains("supercloud down");
    }

    @Test
    @Order(2)
    void aWrongConfigurationIsToldWithItsLineAndChangesNothing() throws IOException {
        Path wrong = Files.writeString(
                deployment.folder().resolve("wrong.yaml"),
                Files.readString(config).replace("subnet:", "subnett:"));
        assertThat(refusal(1, "up", "--config", wrong.toString()))
                .contains("wrong.yaml:")
                .contains("did you mean 'subnet'");
        assertThat(Files.mismatch(config, deployment.home().resolve("supercloud.yaml")))
                .isEqualTo(-1);
    }

    @Test
    @Order(2)
    void upPlanTellsWhatItWouldRent() {
        JsonNode plan = json("up", "--plan", "--config", config.toString());
        assertThat(plan.findValuesAsString("site")).containsExactly("amber-1", "birch-1", "cedar-1");
        assertThat(plan.findValuesAsString("dollarsPerHour")).containsExactly("0.27", "0.27", "1.33");
        assertThat(text("up", "--plan")).contains("would rent").contains("cedar-1");
    }

    @Test
    @Order(2)
    void statusTellsHostsAndStubs() {
        JsonNode status = json("status");
        assertThat(status.path("hosts").findValuesAsString("host"))
                .containsExactly("host-amber-1", "host-birch-1", "host-cedar-1");
        assertThat(status.path("hosts").findValuesAsString("hypervisor")).allMatch(name -> name.contains("QEMU"));
        assertThat(status.path("stubs").get(0).asString()).contains("ledger").contains("10.42.0.100");
        assertThat(text("status")).contains("deployment e2e").contains("alive").contains("stub ledger");
    }

    @Test
    @Order(3)
    void anImageIsImportedToEverySite() {
        String file = TestDeployment.guestImage().toString();
        JsonNode image = json("image", "import", "guest", file);
        assertThat(image.path("image").asString()).isEqualTo("guest");
        assertThat(image.path("sites").size()).isEqualTo(3);
        assertThat(image.path("storedBytes").asLong())
                .isBetween(1L, image.path("sizeBytes").asLong());
        assertThat(json("image", "ls").findValuesAsString("image")).containsExactly("guest");
        assertThat(text("image", "ls")).contains("guest").contains("cedar-1");
        assertThat(refusal(1, "image", "import", "guest", file))
                .contains("guest")
                .contains("another name");
        assertThat(refusal(1, "image", "import", "none", "/nonexistent.img")).contains("/nonexistent.img");
    }

    /** The guest of most tests has its image at one site alone: every move takes it along. */
    @Test
    @Order(3)
    void anImageGoesOutAsQcow2AndComesInAgainAtOneSite() {
        String raw = deployment.folder().resolve("guest.img").toString();
        String file = deployment.folder().resolve("guest.qcow2").toString();
        assertThat(json("image", "export", "guest", file).path("image").asString())
                .isEqualTo("guest");
        assertThat(refusal(1, "image", "export", "guest", file)).contains("exists");
        assertThat(refusal(1, "image", "import", "traveller", file, "--format", "vmdk"))
                .contains("VMDK");
        assertThat(refusal(
                        1,
                        "image",
                        "import",
                        "traveller",
                        deployment.folder().resolve("x").toString()))
                .contains("cannot be read");
        assertThat(refusal(1, "image", "import", "traveller", file, "--site", "dogwood"))
                .contains("birch-1");
        JsonNode traveller = json("image", "import", "traveller", file, "--site", "birch-1");
        assertThat(traveller.path("sites").size()).isEqualTo(1);
        assertThat(traveller.path("storedBytes"))
                .isEqualTo(json("image", "export", "traveller", raw).path("storedBytes"));
        json("image", "import", "spare", raw);
        assertThat(text("image", "rm", "spare")).contains("spare");
        assertThat(refusal(1, "image", "rm", "spare")).contains("no image spare");
        assertThat(json("image", "ls").findValuesAsString("image")).containsExactly("guest", "traveller");
    }

    @Test
    @Order(4)
    void aVmRunsWhereItIsToldTo() {
        assertThat(refusal(1, "vm", "run", "web")).contains("--image");
        assertThat(refusal(1, "vm", "run", "web", "--image", "gust"))
                .contains("gust")
                .contains("image import");
        assertThat(refusal(1, "vm", "run", "web", "--image", "guest", "--site", "dogwood"))
                .contains("dogwood")
                .contains("birch-1");
        JsonNode vm = json("vm", "run", "web", "--image", "traveller", "--memory", "96", "--site", "birch-1");
        assertThat(refusal(1, "image", "rm", "traveller")).contains("web");
        assertThat(vm.path("state").asString()).isEqualTo("running");
        assertThat(vm.path("site").asString()).isEqualTo("birch-1");
        assertThat(vm.path("memoryMiB").asInt()).isEqualTo(96);
        assertThat(json("vm", "ls").findValuesAsString("vm")).containsExactly("web");
        assertThat(text("vm", "ls"))
                .contains("web")
                .contains("running")
                .contains(vm.path("address").asString());
    }

    @Test
    @Order(5)
    void theConsoleShowsTheGuestComingUp() {
        await().atMost(LIMIT)
                .until(() -> text("vm", "console", "web", "--no-follow").contains("SUPERCLOUD-GUEST-READY"));
        assertThat(json("vm", "console", "web").path("text").asString()).contains("SUPERCLOUD-GUEST-READY");
        assertThat(refusal(1, "vm", "console", "wbe", "--no-follow")).contains("wbe");
    }

    @Test
    @Order(6)
    void aMoveIsPlannedWithoutBeingMade() {
        JsonNode plan = json("move", "web", "cedar-1", "--plan");
        assertThat(plan.path("from").asString()).isEqualTo("host-birch-1");
        assertThat(plan.path("to").asString()).isEqualTo("host-cedar-1");
        assertThat(plan.path("objections").isEmpty()).isTrue();
        assertThat(text("move", "web", "cedar-1", "--plan")).contains("nothing speaks against it");
        assertThat(json("vm", "ls").findValuesAsString("site")).containsExactly("birch-1");
    }

    @Test
    @Order(7)
    void aMoveBringsTheVmToTheSite() {
        guest("WRITE START 4096 2000");
        JsonNode move = json("move", "web", "cedar-1", "--reason", "a test");
        assertThat(move.path("state").asString()).isEqualTo("settled");
        assertThat(move.path("reason").asString()).isEqualTo("a test");
        assertThat(move.path("memoryBytes").asLong()).isPositive();
        assertThat(move.path("times").path("stoppedMillis").asDouble()).isPositive();
        JsonNode vm = json("vm", "ls").get(0);
        assertThat(vm.path("site").asString()).isEqualTo("cedar-1");
        assertThat(vm.path("epoch").asLong()).isEqualTo(2);
        assertThat(guest("VERIFY")).contains("lost=0 corrupt=0");
        assertThat(json("image", "ls").get(1).path("sites").toString())
                .contains("birch-1")
                .contains("cedar-1");
        assertThat(refusal(1, "move", "web", "cedar-1")).contains("already");
        assertThat(refusal(1, "move", "web", "dogwood")).contains("dogwood").contains("amber-1");
        assertThat(refusal(1, "move", "wbe", "amber-1")).contains("wbe");
    }

    /** Asks the daemon in the guest from a client at amber-1. */
    private String guest(String command) {
        return client().ask(command);
    }

    private TestGuest client() {
        if (client == null) {
            client = TestGuest.attach(
                    "e2e",
                    deployment.manager(),
                    new SiteId("amber-1"),
                    Ipv4.parse(json("vm", "ls").get(0).path("address").asString()));
        }
        return client;
    }

    @Test
    @Order(8)
    void eventsTellTheStepsOfTheMoveInOrder() {
        List<JsonNode> events = text("events", "--json")
                .lines()
                .map(line -> Json.read("an event", line.getBytes(StandardCharsets.UTF_8), JsonNode.class))
                .toList();
        assertThat(events.stream().map(event -> event.path("event").path("kind").asString()))
                .containsSubsequence(
                        "vm.running",
                        "move.planned",
                        "move.checked",
                        "move.reserved",
                        "move.warmed",
                        "move.ready",
                        "move.switched",
                        "move.settled");
        assertThat(events.stream().map(event -> event.path("number").asLong()).toList())
                .isSorted()
                .doesNotHaveDuplicates();
        long last = events.getLast().path("number").asLong();
        assertThat(text("events", "--after", Long.toString(last))).isEmpty();
    }

    @Test
    @Order(9)
    void metricsTellOfTheMoveAndOfTheHosts() {
        assertThat(text("metrics"))
                .contains("supercloud_moves_total{outcome=\"settled\"} 1.0")
                .contains("supercloud_move_stopped_seconds_count 1")
                .contains("supercloud_vms{host=\"host-cedar-1\",wanted=\"running\"} 1.0");
        assertThat(text("metrics", "--host", "cedar-1"))
                .contains("supercloud_vm_process{host=\"host-cedar-1\",role=\"owning\",vm=\"web\"} 1.0");
    }

    @Test
    @Order(9)
    void eventsAreFollowedUntilInterrupted() throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(WITH_INTERRUPTS);
        line.addAll(deployment.line("events", "--follow"));
        Process process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            assertThat(lines.readLine()).contains("vm.running");
            assertThat(process.isAlive()).isTrue();
            new ProcessBuilder("kill", "-INT", Long.toString(process.pid()))
                    .start()
                    .waitFor();
            assertThat(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(130);
        } finally {
            process.destroyForcibly();
        }
    }

    private LifeSteps life() {
        return new LifeSteps(deployment, this::guest);
    }

    @Test
    @Order(10)
    void aCopyOfTheDiskFollowsAtAnotherSiteAndTellsItsLag() {
        life().standBy();
    }

    @Test
    @Order(11)
    void aPausedVmStandsStillAlsoOverAMove() {
        life().pause();
    }

    @Test
    @Order(12)
    void aSuspendedVmGoesOnWhereItStoodThereAndElsewhere() {
        life().suspend();
        life().resumeElsewhere(client());
    }

    @Test
    @Order(13)
    void aSnapshotIsClonedAndRestored() {
        life().snapshotCloneRestore();
    }

    @Test
    @Order(14)
    void aResetVmBootsAnew() {
        life().reset();
    }

    @Test
    @Order(15)
    void aVmIsFoundByItsNewName() {
        life().rename();
    }

    @Test
    @Order(16)
    void aVmHasItsNewSizesAtTheNextBoot() {
        life().resize();
    }

    @Test
    @Order(17)
    void aVmIsRunFromAFileAndSleepsUntilItIsWanted() throws IOException {
        life().runFromFile();
        life().sleepAndWake(client());
    }

    @Test
    @Order(31)
    void aStoppedVmKeepsItsDiskAndAddress() {
        String address = json("vm", "ls").get(0).path("address").asString();
        guest("WRITE STOP");
        long written = TestGuest.records(guest("STATUS"));
        assertThat(written).isPositive();
        assertThat(json("vm", "stop", "web").path("state").asString()).isEqualTo("stopped");
        assertThat(text("vm", "ls")).contains("stopped");
        life().moveStopped();
        JsonNode again = json("vm", "run", "web");
        assertThat(again.path("address").asString()).isEqualTo(address);
        assertThat(again.path("site").asString()).isEqualTo("birch-1");
        await().atMost(LIMIT).until(() -> guest("PING 1").equals("PONG 1"));
        assertThat(guest("VERIFY")).contains("records=" + written).contains("lost=0 corrupt=0");
        assertThat(json("vm", "stop", "web", "--force").path("state").asString())
                .isEqualTo("stopped");
    }

    @Test
    @Order(32)
    void aRemovedVmIsForgotten() {
        assertThat(text("vm", "rm", "web", "--plan"))
                .contains("would end and delete")
                .contains("web");
        assertThat(json("vm", "ls").findValuesAsString("vm")).containsExactly("web");
        assertThat(json("vm", "rm", "web").path("removed").asString()).isEqualTo("web");
        assertThat(json("vm", "ls").isEmpty()).isTrue();
        assertThat(refusal(1, "vm", "rm", "web")).contains("there is no VM web");
    }

    @Test
    @Order(33)
    void downTellsWhatItWouldEndAndLeavesNothing() {
        assertThat(text("down", "--plan")).contains("would end and delete").contains("host-amber-1");
        assertThat(json("status").path("hosts").size()).isEqualTo(3);
        assertThat(json("down").path("down").asString())
                .isEqualTo(deployment.home().toString());
        assertThat(deployment.leftOvers()).isEmpty();
        assertThat(refusal(3, "status")).contains("supercloud up");
        assertThat(text("down")).contains("down");
    }
}
