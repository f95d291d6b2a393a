package io.supercloud.benchmarks;

import io.supercloud.optimizer.data.DataFolder;
import io.supercloud.optimizer.data.Latencies;
import io.supercloud.optimizer.data.LoadCurve;
import io.supercloud.optimizer.sun.Demand;
import io.supercloud.optimizer.sun.SunRun;
import java.util.ArrayList;
import java.util.List;

/** Following the sun on each load curve of the folder. */
final class SunPart {
    private static final int MOVES_PER_DAY = 6;
    private static final double GAIN_BAR = 0.9;

    private SunPart() {}

    static List<BenchmarkReport.Result> run(Benchmark.Context context, DataFolder data) {
        Latencies latencies = data.latencies();
        List<BenchmarkReport.Result> results = new ArrayList<>();
        if (latencies.cities().isEmpty()) {
            return results;
        }
        for (LoadCurve curve : data.loads()) {
            context.progress().accept("sun: " + curve);
            SunRun.Account account = SunRun.of(Demand.of(latencies, curve), MOVES_PER_DAY);
            String about = "sun, %s, %.0f days, ".formatted(curve.name(), account.days());
            results.add(BenchmarkReport.Result.reached(
                    about + "share of the possible gain (higher is better)", account.gain(), GAIN_BAR));
            results.add(BenchmarkReport.Result.bounded(
                    about + "most moves in a day", account.mostMovesInADay(), MOVES_PER_DAY));
            results.add(BenchmarkReport.Result.alone(about + "mean RTT, ms, ours", account.oursMillis()));
            results.add(BenchmarkReport.Result.alone(about + "mean RTT, ms, best static site", account.staticMillis()));
            results.add(BenchmarkReport.Result.alone(about + "mean RTT, ms, clairvoyant", account.clairvoyantMillis()));
        }
        return results;
    }
}
