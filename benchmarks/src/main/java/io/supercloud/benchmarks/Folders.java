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
        Process copy = new ProcessBuilder("cp", "--sparse=always", from.toString(), to.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(copy.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (copy.waitFor() != 0) {
                throw new BenchmarkException("%s cannot be copied: %s".formatted(from, said.strip()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchmarkException("interrupted while %s was copied".formatted(from), e);
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
