package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.supercloud.app.cli.ControlClient;
import io.supercloud.migration.Json;
import io.supercloud.overlay.cloud.local.LocalUnderlay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import tools.jackson.databind.JsonNode;

/** A deployment of a test's own, used as a user would: by the start script. */
final class TestDeployment {
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(10);
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(3);
    private static final Duration END_LIMIT = Duration.ofSeconds(20);

    private final String name;
    private final Path folder;
    private final Path home;
    private final Map<String, String> environment = new LinkedHashMap<>();
    private int managers = 1;

    /** What a command did. */
    record Result(List<String> line, int exitCode, String out, String err) {
        JsonNode json() {
            return Json.read(String.join(" ", line), out.getBytes(StandardCharsets.UTF_8), JsonNode.class);
        }
    }

    /** Removes what an earlier run that was killed may have left. */
    TestDeployment(String name, Path folder) {
        this.name = name;
        this.folder = folder;
        this.home = folder.resolve("deployment");
        LocalUnderlay.sweep(name);
        try {
            Files.deleteIfExists(stateLink());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The installation, made where it is missing. */
    static Path installation() {
        Path dist = SourceTree.root().resolve(".work/dist");
        if (!Files.isExecutable(dist.resolve("bin/java"))) {
            Result built =
                    execute(List.of(SourceTree.root().resolve("bin/build").toString()), SourceTree.root(), BUILD_LIMIT);
            if (built.exitCode() != 0) {
                throw new IllegalStateException("bin/build failed: " + built.err());
            }
        }
        return dist;
    }

    static Path guestImage() {
        return installation().resolve("guest.img");
    }

    String name() {
        return name;
    }

    Path folder() {
        return folder;
    }

    Path home() {
        return home;
    }

    Path stateLink() {
        return Path.of("/run/supercloud-" + name);
    }

    ControlClient manager() {
        return new ControlClient(stateLink().resolve("control.sock"));
    }

    /** The words that run a command in this deployment. */
    List<String> line(String... arguments) {
        installation();
        List<String> line = new ArrayList<>(List.of("env"));
        environment.forEach((variable, value) -> line.add(variable + "=" + value));
        line.add(SourceTree.root().resolve("supercloud").toString());
        line.addAll(List.of(arguments));
        line.addAll(List.of("--dir", home.toString()));
        return line;
    }

    /** Brings up local clouds, each with one site that is called after its account, as {@code amber-1}; {@code links} as in files. */
    void up(List<String> accounts, String... links) {
        up("", accounts, links);
    }

    /** As the other one, with more keys of the configuration, each a line. */
    void up(String more, List<String> accounts, String... links) {
        up("local", "network: {name: tenant, vni: 79, subnet: 10.79.0.0/16}\n" + more, accounts, COMMAND_LIMIT, links);
    }

    /** As the other ones, of another provider's hosts. Another call brings up what is missing. */
    void up(String provider, String more, List<String> accounts, Duration limit, String... links) {
        StringBuilder config = new StringBuilder("deployment: %s\nmanagers: %d\naccounts:\n".formatted(name, managers));
        accounts.forEach(account -> config.append("  %s: {provider: %s}\n".formatted(account, provider)));
        config.append("sites:\n");
        accounts.forEach(account -> config.append(
                "  %1$s-1: {account: %1$s, region: r, zone: r-%1$s, instanceType: local.medium}\n".formatted(account)));
        config.append("links: [%s]\n".formatted(String.join(", ", links)));
        config.append(more);
        try {
            Path file = Files.writeString(folder.resolve(name + ".yaml"), config);
            Result up = execute(line("up", "--config", file.toString()), folder, limit);
            assertThat(up.exitCode()).as(up.err()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Result run(String... arguments) {
        return execute(line(arguments), folder, COMMAND_LIMIT);
    }

    /** A variable that commands have from now on. */
    void environment(String variable, String value) {
        environment.put(variable, value);
    }

    /** How many managers {@link #up} starts. */
    void managers(int count) {
        managers = count;
    }

    /** The namespace of the one instance at a site of an account. */
    String instanceNamespace(String account) {
        return "sc-%s-%s".formatted(name, instance(account).getFileName());
    }

    /** The directory of the one instance of an account. */
    Path instance(String account) {
        try (Stream<Path> instances =
                Files.list(home.resolve("accounts").resolve(account).resolve("instances"))) {
            return instances.filter(Files::isDirectory).findFirst().orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Namespaces, processes and files of the deployment that are there, by name; waits a little for them to go. */
    List<String> leftOvers() {
        try {
            await().atMost(END_LIMIT).until(() -> present().isEmpty());
        } catch (ConditionTimeoutException stillThere) {
            return present();
        }
        return List.of();
    }

    private List<String> present() {
        List<String> found = new ArrayList<>();
        namespaces().forEach(namespace -> found.add("namespace " + namespace));
        for (ProcessFinder.Found process : ProcessFinder.all()) {
            if (process.mentions(stateLink().toString() + "/") || process.mentions(home + "/")) {
                found.add("process " + process);
            }
        }
        if (Files.isSymbolicLink(stateLink())) {
            found.add("link " + stateLink());
        }
        if (Files.exists(home)) {
            found.add("directory " + home);
        }
        return found;
    }

    private List<String> namespaces() {
        try (Stream<Path> namespaces = Files.list(Path.of("/run/netns"))) {
            return namespaces
                    .map(file -> file.getFileName().toString())
                    .filter(file -> file.startsWith("sc-" + name + "-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Result execute(List<String> line, Path folder, Duration limit) {
        try {
            Path out = Files.createTempFile("out", ".txt");
            Path err = Files.createTempFile("err", ".txt");
            Process process = new ProcessBuilder(line)
                    .directory(folder.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(out.toFile())
                    .redirectError(err.toFile())
                    .start();
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(
                        "%s did not end within %s: %s".formatted(line, limit, Files.readString(err)));
            }
            Result result = new Result(line, process.exitValue(), Files.readString(out), Files.readString(err));
            Files.delete(out);
            Files.delete(err);
            return result;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** For {@code @AfterAll}: whatever the test did, nothing is left. */
    void end() {
        if (Files.exists(home)) {
            run("down");
        }
        LocalUnderlay.sweep(name);
    }
}
