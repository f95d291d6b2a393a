package io.supercloud.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Files of a benchmark. */
final class Folders {
    private Folders() {}

    /** Holes stay holes, as an operator would have it: a mirror need not send them. */
    static void copySparse(Path from, Path to) throws IOException {
        run("cp", "--sparse=always", from.toString(), to.toString());
    }

    /** Returns when the disk under a folder has nothing left to write. */
    static void sync(Path folder) throws IOException {
        run("sync", "--file-system", folder.toString());
    }

    private static void run(String... line) throws IOException {
        Process tool = new ProcessBuilder(line).redirectErrorStream(true).start();
        String said = new String(tool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (tool.waitFor() != 0) {
                throw new BenchmarkException("%s failed: %s".formatted(String.join(" ", line), said.strip()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted while %s ran".formatted(line[0]), e);
        }
    }

    /** With all that is in it. One that is not there is no error. */
    static void delete(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> all = Files.walk(root)) {
            all.sorted(Comparator.reverseOrder()).forEach(path -> {
                try {
                    Files.delete(path);
                } catch (IOException e) {
                    throw new UncheckedIOException("%s cannot be deleted".formatted(path), e);
                }
            });
        }
    }
}
