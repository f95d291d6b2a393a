package io.supercloud.benchmarks;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A process that serves a disk at a Unix socket until it is closed. */
record Served(Process process, Path socket) implements AutoCloseable {
    private static final long READY_LIMIT_NANOS = 30_000_000_000L;
    private static final long POLL_NANOS = 20_000_000;
    private static final int END_LIMIT_SECONDS = 20;

    /** Our server, in a JVM that is started as an installed agent's is. */
    static Served ours(Path home, Path folder, Path socket, long sizeBytes) throws IOException {
        Path data = Files.createDirectory(folder.resolve("ours"));
        String classPath =
                home.resolve("lib/app.jar") + ":" + System.getProperty("bench.jar") + ":" + home.resolve("lib/*");
        return started(
                List.of(
                        home.resolve("bin/java").toString(),
                        "-cp",
                        classPath,
                        NbdServerProcess.class.getName(),
                        data.toString(),
                        socket.toString(),
                        Long.toString(sizeBytes)),
                folder.resolve("ours.log"),
                socket);
    }

    /** qemu-nbd with its own settings: a write is acknowledged when the kernel has it. */
    static Served qemuNbd(Path folder, Path socket, long sizeBytes) throws IOException {
        Path raw = emptyDisk(folder.resolve("qemu-nbd.raw"), sizeBytes);
        return started(
                List.of("qemu-nbd", "--format=raw", "--persistent", "--shared=8", "--socket=" + socket, raw.toString()),
                folder.resolve("qemu-nbd.log"),
                socket);
    }

    /** nbdkit's file plugin with its own settings, which acknowledge a write at the same moment. */
    static Served nbdkit(Path folder, Path socket, long sizeBytes) throws IOException {
        Path raw = emptyDisk(folder.resolve("nbdkit.raw"), sizeBytes);
        return started(
                List.of("nbdkit", "--foreground", "--unix", socket.toString(), "file", raw.toString()),
                folder.resolve("nbdkit.log"),
                socket);
    }

    private static Path emptyDisk(Path raw, long sizeBytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(raw.toFile(), "rw")) {
            file.setLength(sizeBytes);
        }
        return raw;
    }

    private static Served started(List<String> line, Path log, Path socket) throws IOException {
        Process process = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        Served served = new Served(process, socket);
        long end = System.nanoTime() + READY_LIMIT_NANOS;
        while (!Files.exists(socket)) {
            if (!process.isAlive() || System.nanoTime() > end) {
                served.close();
                throw new BenchmarkException("%s does not serve: %s"
                        .formatted(line.getFirst(), Files.readString(log).strip()));
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return served;
    }

    /** Ours ends with its standard input, the others by signal. */
    @Override
    public void close() throws IOException {
        process.getOutputStream().close();
        process.destroy();
        try {
            if (!process.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
