package io.supercloud.overlay.cloud.internal;

import io.supercloud.overlay.cloud.AgentBundle;
import io.supercloud.overlay.cloud.ssh.RemoteShell;
import io.supercloud.overlay.cloud.ssh.SshException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Puts an agent on a host and starts it: {@code $SUPERCLOUD_INSTANCE_DIR/supercloud}, or {@code /opt/supercloud}, holds the
 * unpacked bundle, its checksum in {@code bundle.sha256}, {@code agent.env} (mode 0600), the supervisor {@code run-agent},
 * {@code agent.pid} and {@code agent.log}.
 */
public final class AgentInstaller {
    private static final Duration COMMAND_LIMIT = Duration.ofMinutes(1);
    private static final Duration UNPACK_LIMIT = Duration.ofMinutes(2);
    private static final int PROGRESS_STEP_PERCENT = 25;
    private static final String RUN = script("run-agent.sh");
    private static final String START = script("start-agent.sh");

    private final RemoteShell shell;
    private final Consumer<String> progress;

    public AgentInstaller(RemoteShell shell, Consumer<String> progress) {
        this.shell = shell;
        this.progress = progress;
    }

    private static String script(String name) {
        try (InputStream in = AgentInstaller.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException("the script %s is missing from this build".formatted(name), e);
        }
    }

    /** Does it all; blocks until the supervisor runs. Throws {@link SshException} where a step fails. */
    public void install(AgentBundle bundle) {
        String home = check("printf %s \"${SUPERCLOUD_INSTANCE_DIR:-/opt}/supercloud\"", COMMAND_LIMIT);
        try (PackedBundle packed = PackedBundle.of(bundle.content())) {
            transfer(packed, home);
            check(
                    "test -x %s || { echo the bundle has no executable bin/agent >&2; exit 1; }"
                            .formatted(quote(home + "/bin/agent")),
                    COMMAND_LIMIT);
            write(environment(bundle.environment()), home + "/agent.env", "600");
            write(RUN, home + "/run-agent", "755");
            progress.accept("starting the agent");
            check("sh -c %s start %s".formatted(quote(START), quote(home)), COMMAND_LIMIT);
        } catch (IOException e) {
            throw new SshException("the agent's bundle %s cannot be read".formatted(bundle.content()), e);
        }
    }

    private void transfer(PackedBundle packed, String home) {
        String sum = quote(home + "/bundle.sha256");
        String there = shell.exec("cat " + sum, COMMAND_LIMIT).output().strip();
        if (there.equals(packed.sha256())) {
            progress.accept("the host has the agent's bundle already");
            return;
        }
        check("rm -rf %1$s && mkdir -p %1$s".formatted(quote(home)), COMMAND_LIMIT);
        String remote = home + "/bundle.tar.gz";
        shell.upload(packed.file(), remote, new Steps(progress));
        progress.accept("unpacking the agent's bundle");
        check(
                "cd %s && echo '%s  bundle.tar.gz' | sha256sum -c --quiet - && tar -xzf bundle.tar.gz --no-same-owner && rm bundle.tar.gz && echo %s > %s"
                        .formatted(quote(home), packed.sha256(), packed.sha256(), sum),
                UNPACK_LIMIT);
    }

    /** The file has its mode before it has its content. */
    private void write(String text, String remote, String mode) throws IOException {
        Path local = Files.createTempFile("supercloud", ".txt");
        try {
            Files.writeString(local, text);
            check("install -m %s /dev/null %s".formatted(mode, quote(remote)), COMMAND_LIMIT);
            shell.upload(local, remote, (bytes, totalBytes) -> {});
        } finally {
            Files.delete(local);
        }
    }

    /** A form that both sh and systemd read. */
    private static String environment(Map<String, String> variables) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(variables)
                .forEach((name, value) ->
                        text.append(name).append("='").append(value).append("'\n"));
        return text.toString();
    }

    private String check(String command, Duration limit) {
        RemoteShell.Result result = shell.exec(command, limit);
        if (result.exitCode() != 0) {
            throw new SshException("a command failed on the new host with code %d: %s"
                    .formatted(result.exitCode(), result.errors().strip()));
        }
        return result.output();
    }

    private static String quote(String word) {
        return "'" + word.replace("'", "'\\''") + "'";
    }

    /** Tells of every quarter of an upload. */
    private static final class Steps implements RemoteShell.Progress {
        private final Consumer<String> progress;
        private long told = -1;

        private Steps(Consumer<String> progress) {
            this.progress = progress;
        }

        @Override
        public void transferred(long bytes, long totalBytes) {
            long step = bytes * 100 / Math.max(1, totalBytes) / PROGRESS_STEP_PERCENT;
            if (step > told) {
                told = step;
                progress.accept("uploading the agent's bundle: %d of %d KiB".formatted(bytes >> 10, totalBytes >> 10));
            }
        }
    }
}
