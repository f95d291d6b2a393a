package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.app.TestDeployment.Result;
import io.supercloud.core.Ipv4;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;

/** The verbs of a VM's life, each tried on VM web of a deployment, whose daemon writes records to its disk. */
final class LifeSteps {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final TestDeployment deployment;
    private final UnaryOperator<String> guest;

    /** @param guest asks the daemon in VM web */
    LifeSteps(TestDeployment deployment, UnaryOperator<String> guest) {
        this.deployment = deployment;
        this.guest = guest;
    }

    private JsonNode json(String... arguments) {
        String[] line = Arrays.copyOf(arguments, arguments.length + 1);
        line[arguments.length] = "--json";
        Result result = deployment.run(line);
        assertThat(result.exitCode()).as("%s: %s", result.line(), result.err()).isZero();
        return result.json();
    }

    private String refusal(String... arguments) {
        Result result = deployment.run(arguments);
        assertThat(result.exitCode()).as("%s: %s", result.line(), result.out()).isEqualTo(1);
        return result.err();
    }

    private String state() {
        return json("vm", "ls").get(0).path("state").asString();
    }

    private void awaitGuest() {
        await().atMost(LIMIT).until(() -> guest.apply("PING 1").equals("PONG 1"));
    }

    private void sound() {
        assertThat(guest.apply("VERIFY")).contains("lost=0 corrupt=0");
    }

    void standBy() {
        assertThat(refusal("vm", "standby", "web", "--site", "dogwood")).contains("birch-1");
        json("vm", "standby", "web", "--site", "birch-1", "--within", "5");
        await().atMost(LIMIT)
                .until(() -> standby().path("made").asBoolean()
                        && standby().path("lagMillis").asLong() < 5_000);
        assertThat(deployment.run("vm", "ls").out()).contains("copy at birch-1");
        assertThat(deployment.run("metrics").out())
                .contains("supercloud_vm_standby_lag_seconds{site=\"birch-1\",vm=\"web\"}");
        assertThat(deployment.run("vm", "propagation", "web", "--resume").out()).contains("all of the disk");
        assertThat(json("vm", "standby", "web", "--off").path("standby").isNull())
                .isTrue();
    }

    private JsonNode standby() {
        return json("vm", "ls").get(0).path("standby");
    }

    void pause() {
        String boot = guest.apply("BOOTID");
        assertThat(json("vm", "pause", "web").path("state").asString()).isEqualTo("paused");
        assertThat(refusal("vm", "run", "web")).contains("vm resume web");
        assertThat(json("move", "web", "birch-1").path("state").asString()).isEqualTo("settled");
        assertThat(state()).isEqualTo("paused");
        assertThat(json("vm", "resume", "web").path("state").asString()).isEqualTo("running");
        awaitGuest();
        assertThat(guest.apply("BOOTID")).isEqualTo(boot);
        sound();
    }

    void suspend() {
        String boot = guest.apply("BOOTID");
        JsonNode suspended = json("vm", "suspend", "web");
        assertThat(suspended.path("state").asString()).isEqualTo("suspended");
        assertThat(suspended.path("memoryBytes").asLong()).isPositive();
        assertThat(state()).isEqualTo("suspended");
        assertThat(refusal("vm", "run", "web")).contains("vm resume web");
        assertThat(refusal("vm", "pause", "web")).contains("it is suspended");
        assertThat(json("vm", "resume", "web").path("state").asString()).isEqualTo("running");
        awaitGuest();
        assertThat(guest.apply("BOOTID")).isEqualTo(boot);
        sound();
    }

    /** A line sent while the guest does not exist is answered on the same connection when it goes on, at another host. */
    void resumeElsewhere(TestGuest client) {
        String boot = guest.apply("BOOTID");
        try (TestGuest.Connection connection = client.connect()) {
            connection.send("PING before");
            assertThat(connection.reply()).isEqualTo("PONG before");
            json("vm", "suspend", "web");
            connection.send("PING after");
            assertThat(json("move", "web", "cedar-1").path("kind").asString()).isEqualTo("suspended");
            assertThat(state()).isEqualTo("suspended");
            JsonNode resumed = json("vm", "resume", "web", "--on", "amber-1");
            assertThat(resumed.path("state").asString()).isEqualTo("running");
            assertThat(resumed.path("site").asString()).isEqualTo("amber-1");
            assertThat(connection.reply()).isEqualTo("PONG after");
        }
        assertThat(guest.apply("BOOTID")).isEqualTo(boot);
        sound();
    }

    void moveStopped() {
        JsonNode move = json("move", "web", "birch-1");
        assertThat(move.path("kind").asString()).isEqualTo("cold");
        assertThat(move.path("state").asString()).isEqualTo("settled");
        assertThat(move.path("memoryBytes").asLong()).isZero();
        assertThat(json("vm", "ls").get(0).path("site").asString()).isEqualTo("birch-1");
        assertThat(state()).isEqualTo("stopped");
    }

    /** The connection on which it is wanted again is older than its sleep. */
    void sleepAndWake(TestGuest client) throws IOException {
        Path file = Files.writeString(deployment.folder().resolve("dozer.yaml"), """
                name: dozer
                image: guest
                memory: 96MiB
                site: birch-1
                idle: {suspendAfter: 10s}
                """);
        JsonNode vm = json("vm", "run", "-f", file.toString());
        TestGuest dozer = client.at(Ipv4.parse(vm.path("address").asString()));
        await().atMost(LIMIT).until(() -> dozer.ask("PING 1").equals("PONG 1"));
        String boot = dozer.ask("BOOTID");
        try (TestGuest.Connection connection = dozer.connect()) {
            connection.send("PING before");
            assertThat(connection.reply()).isEqualTo("PONG before");
            await().atMost(LIMIT)
                    .until(() ->
                            json("vm", "ls").get(0).path("state").asString().equals("asleep"));
            connection.send("PING after");
            assertThat(connection.reply()).isEqualTo("PONG after");
        }
        assertThat(dozer.ask("BOOTID")).isEqualTo(boot);
        assertThat(json("vm", "ls").get(0).path("state").asString()).isEqualTo("running");
        json("vm", "rm", "dozer");
    }

    void snapshotCloneRestore() {
        assertThat(guest.apply("WRITE STOP")).isEqualTo("OK");
        String boot = guest.apply("BOOTID");
        long records = TestGuest.records(guest.apply("STATUS"));
        JsonNode taken = json("vm", "snapshot", "web", "before");
        assertThat(taken.path("memoryBytes").asLong()).isPositive();
        assertThat(taken.path("stoppedMillis").asDouble()).isPositive();
        assertThat(refusal("vm", "snapshot", "web", "before")).contains("another name");
        assertThat(json("vm", "snapshots", "web").findValuesAsString("snapshot"))
                .containsExactly("before");

        assertThat(guest.apply("WRITE START 4096 2000")).isEqualTo("OK");
        await().atMost(LIMIT).until(() -> TestGuest.records(guest.apply("STATUS")) > records + 10);
        cloned();
        assertThat(json("vm", "restore", "web", "before").path("state").asString())
                .isEqualTo("running");
        awaitGuest();
        assertThat(guest.apply("BOOTID")).isEqualTo(boot);
        assertThat(TestGuest.records(guest.apply("STATUS"))).isEqualTo(records);
        sound();
        assertThat(json("vm", "snapshots", "web", "--delete", "before")
                        .path("deleted")
                        .asString())
                .isEqualTo("before");
        assertThat(refusal("vm", "restore", "web", "before")).contains("no snapshot 'before'");
    }

    private void cloned() {
        JsonNode clone = json("vm", "clone", "web@before", "copy");
        assertThat(clone.path("state").asString()).isEqualTo("running");
        assertThat(json("vm", "ls").findValuesAsString("address")).doesNotHaveDuplicates();
        await().atMost(LIMIT)
                .until(() ->
                        json("vm", "console", "copy").path("text").asString().contains("SUPERCLOUD-GUEST-READY"));
        assertThat(refusal("vm", "clone", "web", "copy")).contains("exists already");
        json("vm", "rm", "copy");
    }

    void reset() {
        String boot = guest.apply("BOOTID");
        assertThat(json("vm", "reset", "web").path("state").asString()).isEqualTo("running");
        await().atMost(LIMIT).until(() -> {
            String now = guest.apply("BOOTID");
            return !now.isEmpty() && !now.equals(boot);
        });
        sound();
    }

    void rename() {
        assertThat(json("vm", "rename", "web", "shop").path("vm").asString()).isEqualTo("shop");
        assertThat(refusal("vm", "rename", "shop", "shop")).contains("exists already");
        assertThat(refusal("vm", "stop", "web")).contains("there is no VM web");
        assertThat(json("vm", "console", "shop").path("text").asString()).isNotEmpty();
        assertThat(json("vm", "rename", "shop", "web").path("vm").asString()).isEqualTo("web");
    }

    void resize() {
        JsonNode planned = json("vm", "resize", "web", "--memory", "112", "--disk", "80");
        assertThat(planned.path("memoryMiB").asInt()).isEqualTo(96);
        assertThat(planned.path("atNextBoot").asString()).contains("112 MiB").contains("80 MiB");
        assertThat(refusal("vm", "resize", "web", "--disk", "1")).contains("smaller");
        json("vm", "stop", "web", "--force");
        JsonNode booted = json("vm", "run", "web");
        assertThat(booted.path("memoryMiB").asInt()).isEqualTo(112);
        assertThat(booted.path("atNextBoot").asString()).isEmpty();
        awaitGuest();
        sound();
    }

    void runFromFile() throws IOException {
        Path file = Files.writeString(deployment.folder().resolve("vm.yaml"), """
                name: seeded
                image: guest
                memory: 96MiB
                site: amber-1
                userData: |
                  #cloud-config
                  hostname: seeded
                """);
        JsonNode vm = json("vm", "run", "-f", file.toString());
        assertThat(vm.path("vm").asString()).isEqualTo("seeded");
        assertThat(vm.path("state").asString()).isEqualTo("running");
        assertThat(vm.path("memoryMiB").asInt()).isEqualTo(96);
        json("vm", "rm", "seeded");
        Path wrong = Files.writeString(
                deployment.folder().resolve("wrong-vm.yaml"),
                Files.readString(file).replace("memory:", "memroy:"));
        assertThat(refusal("vm", "run", "-f", wrong.toString()))
                .contains("wrong-vm.yaml:3")
                .contains("did you mean 'memory'");
    }
}
