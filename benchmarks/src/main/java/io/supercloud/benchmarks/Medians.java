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
        return ofAny(measured);
    }

    /** As {@link #of}, of as few as one: who asks for quick tries gets them, with their number beside them. */
    static double ofAny(Collection<Double> measured) {
        if (measured.isEmpty()) {
            throw new IllegalArgumentException("nothing was measured");
        }
        double[] sorted =
                measured.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
