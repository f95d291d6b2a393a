package io.supercloud.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.overlay.cloud.local.LocalUnderlay;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Hosts that are machines, reached by ssh as an administrator does, and an object store that all of them reach. */
final class NestedHosts implements AutoCloseable {
    private static final int STORE_PORT = 4568;
    private static final String BUCKET = "objects";
    private static final String CREDENTIAL = "OBJECTS_CREDENTIAL";

    private final TestDeployment deployment;
    private Process store;

    NestedHosts(TestDeployment deployment) {
        this.deployment = deployment;
        deployment.environment(CREDENTIAL, "S3RVER:S3RVER");
    }

    /** The key {@code objects} of the deployment's configuration. */
    String objects() {
        return "{provider: s3, endpoint: \"http://%s:%d\", container: %s, credential: \"env:%s\"}"
                .formatted(LocalUnderlay.MANAGER_ADDRESS, STORE_PORT, BUCKET, CREDENTIAL);
    }

    /** An S3 server beside the manager; {@code bin/setup test} installs it. */
    void startObjectStore() {
        List<String> command = new ArrayList<>(fromManager());
        command.addAll(List.of(
                SourceTree.root()
                        .resolve(".work/s3rver/node_modules/.bin/s3rver")
                        .toString(),
                "--directory",
                deployment.folder().resolve("store").toString(),
                "--address",
                LocalUnderlay.MANAGER_ADDRESS.toString(),
                "--port",
                Integer.toString(STORE_PORT),
                "--no-vhost-buckets",
                "--configure-bucket",
                BUCKET));
        try {
            store = new ProcessBuilder(command).redirectErrorStream(true).start();
            BufferedReader output = store.inputReader();
            String line = output.readLine();
            while (line != null && !line.startsWith("S3rver listening")) {
                line = output.readLine();
            }
            assertThat(line).as("s3rver did not start: run 'bin/setup test'").isNotNull();
            Thread.startVirtualThread(() -> output.lines().forEach(ignored -> {}));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void addClientNamespace(String account, String name) {
        run(account, "ip netns add %1$s && ip -n %1$s link set lo up".formatted(name));
    }

    /** The words that run a command, of its words, in a network namespace of a host. */
    List<String> inNamespace(String account, String namespace, List<String> command) {
        return onHost(
                account,
                "ip netns exec %s ".formatted(namespace)
                        + command.stream().map(NestedHosts::quote).collect(Collectors.joining(" ")));
    }

    /** What a command line prints on a host. */
    String run(String account, String command) {
        try {
            Process process = new ProcessBuilder(onHost(account, command))
                    .redirectErrorStream(true)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            assertThat(process.waitFor())
                    .as("%s at %s: %s", command, account, text)
                    .isZero();
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private List<String> onHost(String account, String command) {
        List<String> words = new ArrayList<>(fromManager());
        words.addAll(List.of(
                "ssh",
                "-i",
                deployment.home().resolve("ssh").toString(),
                "-o",
                "StrictHostKeyChecking=no",
                "-o",
                "UserKnownHostsFile=/dev/null",
                "-o",
                "LogLevel=ERROR",
                "root@" + address(account),
                command));
        return words;
    }

    private String address(String account) {
        for (JsonNode host : deployment.run("status", "--json").json().path("hosts")) {
            if (host.path("site").asString().equals(account + "-1")) {
                return host.path("underlay").asString();
            }
        }
        throw new AssertionError("there is no host of account " + account);
    }

    private List<String> fromManager() {
        return List.of("ip", "netns", "exec", LocalUnderlay.managerNamespace(deployment.name()));
    }

    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    @Override
    public void close() {
        if (store != null) {
            store.destroyForcibly();
            store.onExit().join();
        }
    }
}
