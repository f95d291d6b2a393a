package io.supercloud.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** How long a host needs to know its flows; JMH in this process. */
final class FlowsBenchmark implements Benchmark {
    private static final TimeValue ITERATION = TimeValue.milliseconds(500);
    private static final int WARMUPS = 4;

    @Override
    public String name() {
        return "flows";
    }

    @Override
    public String about() {
        return "flow compiler and flow diff for 10, 200 and 2000 ports on 8 hosts; no peer (half a minute)";
    }

    @Override
    public List<BenchmarkReport.Result> run(Context context) throws IOException {
        context.progress()
                .accept("compiling and comparing flows, %d iterations of %s each".formatted(ROUNDS, ITERATION));
        List<BenchmarkReport.Result> results = new ArrayList<>();
        try {
            for (RunResult each : new Runner(new OptionsBuilder()
                            .include(FlowWork.class.getName())
                            .param("seed", Long.toString(context.seed()))
                            .forks(0)
                            .threads(1)
                            .warmupIterations(WARMUPS)
                            .warmupTime(ITERATION)
                            .measurementIterations(ROUNDS)
                            .measurementTime(ITERATION)
                            .timeUnit(TimeUnit.MICROSECONDS)
                            .verbosity(VerboseMode.SILENT)
                            .build())
                    .run()) {
                BenchmarkReport.Result result = BenchmarkReport.Result.alone(measure(each.getParams()), median(each));
                context.progress().accept("%s: %.1f".formatted(result.measure(), result.ours()));
                results.add(result);
            }
        } catch (RunnerException e) {
            throw new BenchmarkException("the flow benchmark failed: " + e.getMessage(), e);
        }
        return results;
    }

    private static String measure(BenchmarkParams params) {
        String method = params.getBenchmark().substring(params.getBenchmark().lastIndexOf('.') + 1);
        return "%s, %s ports, microseconds (lower is better)".formatted(method, params.getParam("ports"));
    }

    private static double median(RunResult run) {
        List<Double> scores = new ArrayList<>();
        for (BenchmarkResult fork : run.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                scores.add(iteration.getPrimaryResult().getScore());
            }
        }
        return Medians.of(scores);
    }
}
