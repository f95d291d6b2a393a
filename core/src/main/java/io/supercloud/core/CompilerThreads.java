package io.supercloud.core;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The threads with which this JVM compiles, as Linux schedules them: setpriority(2) of each. Only root may give a thread
 * back what it had; for others nothing is changed. On other systems there are none.
 */
final class CompilerThreads {
    private static final Path THREADS = Path.of("/proc/self/task");
    /** As comm(5) has them: "C1 CompilerThread0" cut to fifteen letters. */
    private static final String NAMED = "C[12] CompilerThre.*";

    private static final int PRIO_PROCESS = 0;
    private static final int USUAL = 0;
    private static final int LAST = 19;

    private final MethodHandle setPriority;
    private List<Integer> threads;
    private int asked;

    CompilerThreads() {
        Linker linker = Linker.nativeLinker();
        this.setPriority = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setpriority"),
                FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        this.threads = found();
    }

    /** Until {@link #comeBack}, which is to be called as often as this. */
    synchronized void stepBack() {
        if (asked++ == 0) {
            nice(LAST);
        }
    }

    synchronized void comeBack() {
        if (--asked == 0) {
            threads = found();
            nice(USUAL);
        }
    }

    /** A thread that has ended meanwhile does not matter. */
    private void nice(int value) {
        try {
            for (int thread : threads) {
                setPriority.invokeExact(PRIO_PROCESS, thread, value);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** The JVM adds and ends such threads as it needs them. */
    static List<Integer> found() {
        if (!"root".equals(System.getProperty("user.name")) || !Files.isDirectory(THREADS)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(THREADS)) {
            return all.filter(thread -> name(thread).matches(NAMED))
                    .map(thread -> Integer.valueOf(thread.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String name(Path thread) {
        try {
            return Files.readString(thread.resolve("comm")).strip();
        } catch (IOException theThreadHasEnded) {
            return "";
        }
    }
}
