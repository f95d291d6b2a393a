package io.supercloud.benchmarks;

import io.supercloud.benchmarks.BenchmarkReport.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How many VMs leave a host whose cloud takes it away, after the notices that clouds give: EC2's, and GCE's and Azure's. */
final class EvacuationBenchmark implements Benchmark {
    private static final int VMS = 16;
    private static final int LONG_NOTICE_SECONDS = 120;
    private static final int SHORT_NOTICE_SECONDS = 30;
    private static final List<Integer> NOTICES_SECONDS = List.of(LONG_NOTICE_SECONDS, SHORT_NOTICE_SECONDS);

    @Override
    public String name() {
        return "evacuation";
    }

    @Override
    public String about() {
        return "%d VMs leave one host at notices of 120 s and 30 s (6 minutes; --part 120 or 30, --runs is how many VMs)"
                .formatted(VMS);
    }

    @Override
    public List<String> parts() {
        return NOTICES_SECONDS.stream().map(String::valueOf).toList();
    }

    @Override
    public List<Result> run(Context context) throws IOException {
        List<Result> results = new ArrayList<>();
        for (int noticeSeconds : NOTICES_SECONDS) {
            if (context.parts().isEmpty() || context.parts().contains(Integer.toString(noticeSeconds))) {
                results.addAll(measure(context, noticeSeconds));
            }
        }
        return results;
    }

    private static List<Result> measure(Context context, int noticeSeconds) throws IOException {
        Path folder = Files.createTempDirectory(context.work(), "bench-evacuation");
        EvacuatedSide side = new EvacuatedSide(context, folder, context.runs().orElse(VMS));
        Thread cleaner = new Thread(side::close);
        Runtime.getRuntime().addShutdownHook(cleaner);
        try {
            side.begin();
            return results(side.evict(noticeSeconds), noticeSeconds);
        } finally {
            side.close();
            Runtime.getRuntime().removeShutdownHook(cleaner);
            Folders.delete(folder);
        }
    }

    static List<Result> results(EvacuatedSide.Outcome outcome, int noticeSeconds) {
        String when = "at a notice of %d s".formatted(noticeSeconds);
        return List.of(
                Result.reached(
                        "VMs saved %s, of those that the forecast said; higher is better".formatted(when),
                        outcome.forecastAndSaved(),
                        outcome.forecast()),
                Result.alone("VMs saved %s, of %d; higher is better".formatted(when, outcome.vms()), outcome.saved()),
                Result.alone("VMs with lost or corrupt records %s; lower is better".formatted(when), outcome.damaged()),
                Result.alone(
                        "seconds until the last of them had settled %s; lower is better".formatted(when),
                        outcome.lastSeconds()));
    }
}
