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
import java.util.Set;
import java.util.function.DoublePredicate;

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

    /**
     * A VM that is to leave.
     *
     * @param forecasts by host that it could go to, for a stream that shares its link
     * @param atCopy those of the hosts that are where a copy of its disk follows it
     */
    public record Leaving(VmId vm, Kind kind, int memoryMiB, Map<HostId, MoveForecast> forecasts, Set<HostId> atCopy) {
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
            double begin = lanes.element();
            Optional<HostId> target = best(one, room, seconds -> isInTime(begin + seconds, left));
            if (target.isEmpty()) {
                homeless.add(one.vm());
                continue;
            }
            MoveForecast forecast = one.forecasts().get(target.get());
            double away = lanes.remove() + forecast.seconds();
            lanes.add(away);
            room.merge(target.get(), -one.neededMiB(), Long::sum);
            departures.add(new Departure(one.vm(), target.get(), forecast, away, isInTime(away, left)));
        }
        return new EvacuationPlan(List.copyOf(departures), List.copyOf(homeless));
    }

    private static boolean isInTime(double awayAfterSeconds, Optional<Duration> left) {
        return left.isEmpty() || awayAfterSeconds <= left.get().minus(MARGIN).toMillis() / 1e3;
    }

    private static double quickest(Leaving one) {
        return one.forecasts().values().stream()
                .mapToDouble(MoveForecast::seconds)
                .min()
                .orElse(Double.MAX_VALUE);
    }

    /**
     * Among those with room one that is reached in time; of these one where a copy of the disk is, which has it already if the VM's host is
     * lost on the way; then the quickest to reach; of equals the emptiest.
     */
    private static Optional<HostId> best(Leaving one, Map<HostId, Long> room, DoublePredicate inTime) {
        return one.forecasts().keySet().stream()
                .filter(host -> room.getOrDefault(host, 0L) >= one.neededMiB())
                .min(Comparator.<HostId, Boolean>comparing(
                                host -> !inTime.test(one.forecasts().get(host).seconds()))
                        .thenComparing(host -> !one.atCopy().contains(host))
                        .thenComparingLong(
                                host -> Math.round(one.forecasts().get(host).seconds()))
                        .thenComparing(host -> -room.get(host))
                        .thenComparing(HostId::value));
    }
}
