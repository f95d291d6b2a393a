package io.supercloud.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The sources of the whole project, as the tests of its rules see them. */
final class SourceTree {
    private static final Path MAIN = Path.of("src/main/java");
    private static final Path TEST = Path.of("src/test/java");

    private SourceTree() {}

    /** The project's folder: the nearest one above that holds all modules. */
    static Path root() {
        Path folder = Path.of("").toAbsolutePath();
        while (!Files.exists(folder.resolve("bin/jdk"))) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("the tests run outside of the project's folder");
            }
        }
        return folder;
    }

    static List<Path> mainFiles() {
        return javaFiles(MAIN);
    }

    static List<Path> testFiles() {
        return javaFiles(TEST);
    }

    private static List<Path> javaFiles(Path kind) {
        return modules()
                .map(module -> module.resolve(kind))
                .filter(Files::isDirectory)
                .flatMap(folder -> files(folder, file -> file.toString().endsWith(".java")).stream())
                .toList();
    }

    private static Stream<Path> modules() {
        try (Stream<Path> folders = Files.list(root())) {
            return folders.filter(folder -> Files.exists(folder.resolve("pom.xml"))).sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> files(Path folder, Predicate<Path> wanted) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).filter(wanted).sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** How a failure names a file. */
    static String name(Path file) {
        return root().relativize(file).toString();
    }
}
