/**
 * Benchmarks of Supercloud, against peers where there are any.
 *
 * <p>{@link io.supercloud.benchmarks.BenchmarkMain} lists and runs them; a {@link io.supercloud.benchmarks.Benchmark}
 * measures and returns rows of a {@link io.supercloud.benchmarks.BenchmarkReport}. Each measure is the median of at least
 * five runs; ours and the peer's alternate on one machine. A benchmark runs on the calling thread, one at a time.
 */
package io.supercloud.benchmarks;
