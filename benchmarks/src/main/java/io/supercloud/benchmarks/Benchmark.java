package io.supercloud.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Something that can be measured. */
interface Benchmark {
    /** How many runs a median is taken of, at least. */
    int ROUNDS = 5;

    /** What {@code make bench NAME=} calls it. */
    String name();

    /** One line for the list. */
    String about();

    /** The parts that can be measured one by one. */
    default List<String> parts() {
        return List.of();
    }

    /** Whether it works on the folder of data that the user names. */
    default boolean needsData() {
        return false;
    }

    /** Measures; blocks for as long as that takes, and leaves nothing behind. */
    List<BenchmarkReport.Result> run(Context context) throws IOException;

    /**
     * @param home the installation that is measured
     * @param work a folder on a disk, for files that are deleted afterwards
     * @param data a folder of recorded markets
     * @param seed of everything that is random
     * @param runs how many runs a median is taken of, where the benchmark leaves that open and the user has a wish
     * @param parts which parts of the benchmark are wanted; all where it is empty
     * @param progress is told what is being done, in lines
     */
    record Context(
            Path home,
            Path work,
            Path data,
            long seed,
            OptionalInt runs,
            List<String> parts,
            Consumer<String> progress) {
        /** Whether {@code part} is asked for. */
        boolean wants(String part) {
            return parts.isEmpty() || parts.contains(part);
        }
    }
}
