package io.supercloud.app.cli;

import io.supercloud.app.manager.DeploymentDirectory;
import io.supercloud.overlay.cloud.local.LocalUnderlay;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;

/** Starts the long-lived processes of a deployment in its namespace, each under a shell that starts it again when it dies. */
final class Processes {
    /** Process groups of their own: an interrupt at the terminal is for the command, not for them. */
    private static final String SUPERVISOR = "while :; do \"$@\"; sleep 0.5; done";

    /** How the start script tunes this short-lived process is not for long-lived ones. */
    private static final List<String> CLI_SETTINGS = List.of("SUPERCLOUD_CACHE", "SUPERCLOUD_LOG");

    /** These wait more than they compute, and a compiler at work takes time from the guests beside them. */
    private static final String COMPILED_QUICKLY = "1";

    private final DeploymentDirectory directory;
    private final String deployment;

    Processes(DeploymentDirectory directory, String deployment) {
        this.directory = directory;
        this.deployment = deployment;
    }

    void supervise(String name, String mainClass, String... arguments) {
        List<String> line = new ArrayList<>(LocalUnderlay.inManagerNamespace(deployment));
        line.addAll(List.of("setsid", "sh", "-c", SUPERVISOR, name));
        line.add(Installation.home().resolve("bin/java").toString());
        line.add(mainClass);
        line.addAll(List.of(arguments));
        try {
            Files.createDirectories(directory.log(name).getParent());
            ProcessBuilder builder = new ProcessBuilder(line);
            builder.environment().keySet().removeAll(CLI_SETTINGS);
            builder.environment().put("SUPERCLOUD_TIER", COMPILED_QUICKLY);
            builder.redirectErrorStream(true)
                    .redirectInput(ProcessBuilder.Redirect.from(
                            java.nio.file.Path.of("/dev/null").toFile()))
                    .redirectOutput(
                            ProcessBuilder.Redirect.appendTo(directory.log(name).toFile()))
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException("%s cannot be started".formatted(name), e);
        }
    }
}
