package io.supercloud.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Scanner;
import java.util.stream.Stream;

/** The machine's processes, by network namespace and command line. */
final class ProcessFinder {
    private static final long PAGE_BYTES = 4096;

    private ProcessFinder() {}

    /** @param words the command line */
    record Found(long pid, List<String> words) {
        /** Whether it runs {@code program}, rather than being a shell that supervises it. */
        boolean runs(String program) {
            return Path.of(words.getFirst()).getFileName().toString().equals(program);
        }

        boolean mentions(String text) {
            return words.stream().anyMatch(word -> word.contains(text));
        }

        void kill() {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
        }
    }

    static List<Found> all() {
        try (Stream<Path> folders = Files.list(Path.of("/proc"))) {
            return folders.map(folder -> folder.getFileName().toString())
                    .filter(name -> name.matches("[0-9]+"))
                    .map(name -> find(Long.parseLong(name)))
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Found> in(String namespace) {
        try {
            Process process = new ProcessBuilder("ip", "netns", "pids", namespace)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return text.lines()
                    .map(line -> find(Long.parseLong(line.strip())))
                    .flatMap(Optional::stream)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Empty where it has ended, or is a thread of the kernel. */
    private static Optional<Found> find(long pid) {
        try {
            String text =
                    Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"), StandardCharsets.ISO_8859_1);
            return text.isEmpty() ? Optional.empty() : Optional.of(new Found(pid, List.of(text.split("\0"))));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** How much memory it holds; 0 where it has ended. */
    static long residentBytes(long pid) {
        try {
            String pages = Files.readString(Path.of("/proc", Long.toString(pid), "statm"));
            return new Scanner(pages).skip("[0-9]+ ").nextLong() * PAGE_BYTES;
        } catch (IOException gone) {
            return 0;
        }
    }
}
