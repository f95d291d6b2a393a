package io.supercloud.benchmarks;

import io.supercloud.benchmarks.BenchmarkReport.Result;
import io.supercloud.migration.HostCall.SwitchTimes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.ToDoubleFunction;

/** What the samples of one part say; a pure function. */
final class MoveResults {
    /** Downtime: at most so many times the peer's, and a round trip. */
    static final double DOWNTIME_RATIO = 1.3;
    /** Time and bytes: at most so many times the peer's, which copies the disk. */
    static final double DISK_RATIO = 0.3;

    private static final double NEAR_GOAL_MILLIS = 60;
    private static final double FAR_GOAL_MILLIS = 100;

    private static final Map<String, ToDoubleFunction<SwitchTimes>> PHASES = new TreeMap<>(Map.of(
            "1 drain", SwitchTimes::drainMillis,
            "2 device state", SwitchTimes::deviceStateMillis,
            "2 volume", SwitchTimes::volumeMillis,
            "3 owner", SwitchTimes::ownerMillis,
            "4 resume", SwitchTimes::resumeMillis));

    private MoveResults() {}

    /** Memory only: the disk is where the guest goes. */
    static List<Result> ofMemory(MovePart part, List<MoveSample> ours, List<MoveSample> peer) {
        String where = where(part, ours.size());
        List<Result> results = new ArrayList<>();
        double our = median(ours, MoveSample::downtimeMillis);
        double its = median(peer, MoveSample::downtimeMillis);
        results.add(
                Result.against("client-seen downtime, ms" + where, our, its, DOWNTIME_RATIO + part.rttMillis() / its));
        results.add(Result.bounded(
                "client-seen downtime, ms, absolute goal" + where,
                our,
                part.rttMillis() == 0 ? NEAR_GOAL_MILLIS : FAR_GOAL_MILLIS));
        results.add(beside("guest stopped, ms" + where, ours, peer, MoveSample::stoppedMillis));
        results.add(
                beside("from the command to the run at the target, ms" + where, ours, peer, MoveSample::arrivalMillis));
        results.add(beside("bytes on the wire, MiB" + where, ours, peer, MoveSample::wireMib));
        results.addAll(phases(where, ours));
        return results;
    }

    /** With the disk: the first move of a guest to a place that has its image, and beside it the way back. */
    static List<Result> ofDisk(
            MovePart part,
            String disk,
            List<MoveSample> ours,
            List<MoveSample> peer,
            List<MoveSample> ourReturns,
            List<MoveSample> peerReturns) {
        String first = ", first move, " + disk + where(part, ours.size());
        String back = ", way back, " + disk + where(part, ourReturns.size());
        return List.of(
                against("from the command to the run at the target, ms" + first, ours, peer, MoveSample::arrivalMillis),
                against("bytes on the wire, MiB" + first, ours, peer, MoveSample::wireMib),
                beside(
                        "from the command to the run at the target, ms" + back,
                        ourReturns,
                        peerReturns,
                        MoveSample::arrivalMillis),
                beside("bytes on the wire, MiB" + back, ourReturns, peerReturns, MoveSample::wireMib),
                beside("client-seen downtime, ms" + first, ours, peer, MoveSample::downtimeMillis));
    }

    private static String where(MovePart part, int runs) {
        return "; %s; median of %d (lower is better)".formatted(part.about(), runs);
    }

    private static Result against(
            String measure, List<MoveSample> ours, List<MoveSample> peer, ToDoubleFunction<MoveSample> what) {
        return Result.against(measure, median(ours, what), median(peer, what), DISK_RATIO);
    }

    private static Result beside(
            String measure, List<MoveSample> ours, List<MoveSample> peer, ToDoubleFunction<MoveSample> what) {
        return Result.beside(measure, median(ours, what), median(peer, what));
    }

    private static List<Result> phases(String where, List<MoveSample> ours) {
        List<SwitchTimes> times =
                ours.stream().flatMap(sample -> sample.phases().stream()).toList();
        List<Result> results = new ArrayList<>();
        PHASES.forEach((name, what) -> results.add(Result.alone(
                "our stop, part %s, ms%s".formatted(name, where),
                Medians.ofAny(times.stream().map(what::applyAsDouble).toList()))));
        return results;
    }

    private static double median(List<MoveSample> samples, ToDoubleFunction<MoveSample> what) {
        return Medians.ofAny(samples.stream().map(what::applyAsDouble).toList());
    }
}
