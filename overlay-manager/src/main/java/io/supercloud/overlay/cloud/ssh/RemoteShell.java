package io.supercloud.overlay.cloud.ssh;

import io.supercloud.core.Ipv4;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Optional;

/**
 * A connection to a host as root. Every call blocks and throws {@link SshException} where the host does not answer in
 * time; the command may then still run.
 */
public interface RemoteShell extends AutoCloseable {
    /** How much of each of a command's two streams is kept; what comes after is dropped. */
    int MAX_OUTPUT_BYTES = 1024 * 1024;

    /** Runs a command line by the host's shell, to its end, whatever its exit code. */
    Result exec(String command, Duration timeout);

    /** Writes a local file to {@code remote}, which is replaced where it exists; durable as the host's page cache is. */
    void upload(Path local, String remote, Progress progress);

    /** The fingerprint of the host's key as {@code ssh-keygen -l} prints it: {@code SHA256:...}. */
    String hostKeyFingerprint();

    @Override
    void close();

    /** How a command ended and what it printed, as UTF-8. */
    record Result(int exitCode, String output, String errors) {}

    /** Told of a transfer from time to time and at its end, on the calling thread. */
    @FunctionalInterface
    interface Progress {
        void transferred(long bytes, long totalBytes);
    }

    /** Opens shells. */
    @FunctionalInterface
    interface Connector {
        /**
         * Connects, trying again until {@code timeout}, since a new host's sshd takes a while.
         *
         * @param hostKeyFingerprint the only key that the host may have; empty to trust it on first use
         */
        RemoteShell connect(Ipv4 address, KeyPair key, Optional<String> hostKeyFingerprint, Duration timeout);
    }
}
