package io.supercloud.benchmarks;

import java.util.Collection;

/** The middle of several measurements. */
final class Medians {
    private Medians() {}

    /** @throws IllegalArgumentException where there are fewer than {@link Benchmark#ROUNDS} */
    static double of(Collection<Double> measured) {
        if (measured.size() < Benchmark.ROUNDS) {
            throw new IllegalArgumentException(
                    "a median of %d runs says too little: take %d".formatted(measured.size(), Benchmark.ROUNDS));
        }
        double[] sorted =
                measured.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
