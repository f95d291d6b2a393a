package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import io.supercloud.migration.MoveManner.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Which VMs leave a host, where to, in which order, and which of them are away in time. Those that run go first, and of them the
 * quick ones, which saves the most of them (Smith's rule), several beside each other. Pure.
 *
 * @param departures in the order in which they begin
 * @param homeless VMs that no other host has room for
 */
public record EvacuationPlan(List<Departure> departures, List<VmId> homeless) {
    /** How many VMs leave beside each other; their streams share the link. */
    public static final int LANES = 4;
    /** A move that is forecast to end this close to the deadline is not counted on. */
    static final Duration MARGIN = Duration.ofSeconds(2);

    /** @param awayAfterSeconds from the beginning of the evacuation until it has settled */
    public record Departure(VmId vm, HostId target, MoveForecast forecast, double awayAfterSeconds, boolean inTime) {}

    /** A VM that is to leave; the forecasts are by host that it could go to, for a stream that shares its link. */
    public record Leaving(VmId vm, Kind kind, int memoryMiB, Map<HostId, MoveForecast> forecasts) {
        /** A VM that is stopped needs no memory; one that is suspended will. */
        long neededMiB() {
            return kind == Kind.COLD ? 0 : memoryMiB + MoveChecks.OVERHEAD_MIB;
        }
    }

    /** @param freeMemoryMiB of each host that VMs may go to */
    public static EvacuationPlan of(List<Leaving> leaving, Map<HostId, Long> freeMemoryMiB, Optional<Duration> left) {
        Map<HostId, Long> room = new HashMap<>(freeMemoryMiB);
        List<Departure> departures = new ArrayList<>();
        List<VmId> homeless = new ArrayList<>();
        PriorityQueue<Double> lanes = new PriorityQueue<>(java.util.Collections.nCopies(LANES, 0.0));
        List<Leaving> inOrder = leaving.stream()
                .sorted(Comparator.comparing((Leaving one) -> one.kind() != Kind.LIVE)
                        .thenComparingDouble(EvacuationPlan::quickest)
                        .thenComparing(one -> one.vm().value()))
                .toList();
        for (Leaving one : inOrder) {
            Optional<HostId> target = best(one, room);
            if (target.isEmpty()) {
                homeless.add(one.vm());
                continue;
            }
            MoveForecast forecast = one.forecasts().get(target.get());
            double away = lanes.remove() + forecast.seconds();
            lanes.add(away);
            room.merge(target.get(), -one.neededMiB(), Long::sum);
            boolean inTime = left.isEmpty() || away <= left.get().minus(MARGIN).toMillis() / 1e3;
            departures.add(new Departure(one.vm(), target.get(), forecast, away, inTime));
        }
        return new EvacuationPlan(List.copyOf(departures), List.copyOf(homeless));
    }

    private static double quickest(Leaving one) {
        return one.forecasts().values().stream()
                .mapToDouble(MoveForecast::seconds)
                .min()
                .orElse(Double.MAX_VALUE);
    }

    /** The quickest to reach among those with room; of equals the emptiest. */
    private static Optional<HostId> best(Leaving one, Map<HostId, Long> room) {
        return one.forecasts().keySet().stream()
                .filter(host -> room.getOrDefault(host, 0L) >= one.neededMiB())
                .min(Comparator.<HostId>comparingLong(
                                host -> Math.round(one.forecasts().get(host).seconds()))
                        .thenComparing(host -> -room.get(host))
                        .thenComparing(HostId::value));
    }
}
