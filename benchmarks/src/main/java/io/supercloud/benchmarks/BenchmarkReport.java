package io.supercloud.benchmarks;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * What a benchmark found; as JSON, the last line of its output.
 *
 * @param command that measures it again
 * @param commit of the sources, with {@code -dirty} where they were changed since
 * @param machine processors, memory and kernel
 */
record BenchmarkReport(
        String benchmark, String command, String commit, String machine, long seed, List<Result> results) {
    BenchmarkReport {
        results = List.copyOf(results);
    }

    /**
     * One measure.
     *
     * @param measure what is measured, its unit, and whether higher or lower is better
     * @param ours the median of our runs
     * @param peer the median of the peer's, where there is one
     * @param ratio ours divided by the peer's
     * @param bar the ratio, or our value where there is no peer, that is asked for
     * @param holds whether the bar is met, where there is one
     */
    record Result(
            String measure,
            double ours,
            OptionalDouble peer,
            OptionalDouble ratio,
            OptionalDouble bar,
            Optional<Boolean> holds) {

        static Result alone(String measure, double ours) {
            return new Result(
                    measure,
                    rounded(ours),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    Optional.empty());
        }

        static Result beside(String measure, double ours, double peer) {
            return new Result(
                    measure,
                    rounded(ours),
                    OptionalDouble.of(rounded(peer)),
                    OptionalDouble.of(rounded(ours / peer)),
                    OptionalDouble.empty(),
                    Optional.empty());
        }

        /** @param bar that our value divided by the peer's must not exceed */
        static Result against(String measure, double ours, double peer, double bar) {
            return new Result(
                    measure,
                    rounded(ours),
                    OptionalDouble.of(rounded(peer)),
                    OptionalDouble.of(rounded(ours / peer)),
                    OptionalDouble.of(rounded(bar)),
                    Optional.of(ours <= bar * peer));
        }

        /** @param bar that our value divided by the peer's must reach */
        static Result atLeast(String measure, double ours, double peer, double bar) {
            return new Result(
                    measure,
                    rounded(ours),
                    OptionalDouble.of(rounded(peer)),
                    OptionalDouble.of(rounded(ours / peer)),
                    OptionalDouble.of(rounded(bar)),
                    Optional.of(ours >= bar * peer));
        }

        /** @param bar that our value must not exceed */
        static Result bounded(String measure, double ours, double bar) {
            return new Result(
                    measure,
                    rounded(ours),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.of(bar),
                    Optional.of(ours <= bar));
        }

        /** @param bar that our value must reach */
        static Result reached(String measure, double ours, double bar) {
            return new Result(
                    measure,
                    rounded(ours),
                    OptionalDouble.empty(),
                    OptionalDouble.empty(),
                    OptionalDouble.of(bar),
                    Optional.of(ours >= bar));
        }

        /** Three decimals say all that a measurement here can say. */
        private static double rounded(double value) {
            return Math.round(value * 1e3) / 1e3;
        }
    }
}
