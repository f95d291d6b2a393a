package io.supercloud.benchmarks;

import io.supercloud.optimizer.data.DataFolder;
import java.util.ArrayList;
import java.util.List;

/** What the optimizer's policies cost on recorded markets, beside published policies and who knew the future. */
final class OptimizerBenchmark implements Benchmark {
    @Override
    public String name() {
        return "optimizer";
    }

    @Override
    public String about() {
        return "policies on recorded markets, against published ones and the clairvoyant optimum (about six minutes)";
    }

    @Override
    public List<String> parts() {
        return List.of("chase", "deadline", "fleet", "regions", "sun");
    }

    @Override
    public boolean needsData() {
        return true;
    }

    @Override
    public List<BenchmarkReport.Result> run(Context context) {
        DataFolder data = DataFolder.open(context.data());
        List<BenchmarkReport.Result> results = new ArrayList<>();
        if (context.wants("fleet")) {
            results.addAll(FleetPart.run(context));
        }
        if (context.wants("sun")) {
            results.addAll(SunPart.run(context, data));
        }
        if (context.wants("regions")) {
            results.addAll(ChasePart.regions(context, data));
        }
        if (context.wants("chase")) {
            results.addAll(ChasePart.zones(context, data));
        }
        if (context.wants("deadline")) {
            results.addAll(DeadlinePart.run(context, data));
        }
        if (results.isEmpty()) {
            throw new BenchmarkException(
                    "%s: nothing in this folder is of a form that is known".formatted(context.data()));
        }
        results.forEach(result -> context.progress().accept(line(result)));
        return results;
    }

    private static String line(BenchmarkReport.Result result) {
        return "%-112s %9.4f %s"
                .formatted(
                        result.measure(),
                        result.ours(),
                        result.bar().isEmpty()
                                ? ""
                                : "bar %.3f %s"
                                        .formatted(
                                                result.bar().getAsDouble(),
                                                result.holds().orElse(false) ? "holds" : "MISSED"));
    }
}
