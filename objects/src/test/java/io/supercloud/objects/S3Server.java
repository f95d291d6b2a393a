package io.supercloud.objects;

import io.supercloud.image.KeyReference;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A server that speaks S3, s3rver, on this machine's loopback; {@code bin/setup test} installs it. */
final class S3Server implements AutoCloseable {
    private static final String LISTENING = "S3rver listening on ";
    private static final String BUCKET = "objects";

    private final Process process;
    private final String address;
    private final Path credential;

    private S3Server(Process process, String address, Path credential) {
        this.process = process;
        this.address = address;
        this.credential = credential;
    }

    static S3Server start(Path directory) throws IOException {
        Path program = Path.of("..", ".work", "s3rver", "node_modules", ".bin", "s3rver");
        Path credential = Files.writeString(directory.resolve("credential"), "S3RVER:S3RVER\n");
        Process process = new ProcessBuilder(
                        program.toString(),
                        "--directory",
                        directory.resolve("data").toString(),
                        "--address",
                        "127.0.0.1",
                        "--port",
                        "0",
                        "--no-vhost-buckets",
                        "--configure-bucket",
                        BUCKET)
                .redirectErrorStream(true)
                .start();
        BufferedReader output = process.inputReader();
        String line = output.readLine();
        while (line != null && !line.startsWith(LISTENING)) {
            line = output.readLine();
        }
        if (line == null) {
            throw new IOException("s3rver did not start: run 'bin/setup test'");
        }
        Thread.startVirtualThread(() -> output.lines().forEach(ignored -> {}));
        return new S3Server(process, line.substring(LISTENING.length()), credential);
    }

    ObjectSettings settings() {
        return new ObjectSettings(
                ObjectSettings.Provider.S3,
                "http://" + address,
                "",
                BUCKET,
                new KeyReference("file:" + credential.toAbsolutePath()));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
