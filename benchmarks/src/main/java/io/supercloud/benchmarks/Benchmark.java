package io.supercloud.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Something that can be measured. */
interface Benchmark {
    /** How many runs a median is taken of, at least. */
    int ROUNDS = 5;

    /** What {@code make bench NAME=} calls it. */
    String name();

    /** One line for the list. */
    String about();

    /** Measures; blocks for as long as that takes, and leaves nothing behind. */
    List<BenchmarkReport.Result> run(Context context) throws IOException;

    /**
     * @param home the installation that is measured
     * @param work a folder on a disk, for files that are deleted afterwards
     * @param seed of everything that is random
     * @param progress is told what is being done, in lines
     */
    record Context(Path home, Path work, long seed, Consumer<String> progress) {}
}
