package io.supercloud.optimizer.deadline;

import io.supercloud.core.InvalidValueException;
import io.supercloud.optimizer.data.AvailabilityTrace;
import java.util.BitSet;
import java.util.List;

/**
 * Zones whose spot instances come and go, tick by tick, at one price; on-demand instances are always there.
 */
public final class SpotMarket {
    private static final double MILLIS_PER_HOUR = 3_600_000;

    private final List<String> zones;
    private final double tickHours;
    private final int ticks;
    private final boolean[][] up;
    private final double spotDollarsPerHour;
    private final double onDemandDollarsPerHour;

    /** @param traces with equal ticks that begin at one time; the market is as long as the shortest */
    public SpotMarket(List<AvailabilityTrace> traces, double spotDollarsPerHour, double onDemandDollarsPerHour) {
        if (traces.isEmpty()
                || traces.stream().map(AvailabilityTrace::tickMillis).distinct().count() > 1
                || !(spotDollarsPerHour > 0 && spotDollarsPerHour <= onDemandDollarsPerHour)) {
            throw new InvalidValueException(
                    "a market has zones with equal ticks, and a spot price above 0 and at most the on-demand price");
        }
        this.zones = traces.stream().map(AvailabilityTrace::zone).toList();
        this.tickHours = traces.getFirst().tickMillis() / MILLIS_PER_HOUR;
        this.ticks = traces.stream().mapToInt(AvailabilityTrace::ticks).min().orElseThrow();
        this.spotDollarsPerHour = spotDollarsPerHour;
        this.onDemandDollarsPerHour = onDemandDollarsPerHour;
        this.up = new boolean[traces.size()][ticks];
        for (int zone = 0; zone < up.length; zone++) {
            BitSet obtainable = traces.get(zone).obtainable();
            for (int tick = 0; tick < ticks; tick++) {
                up[zone][tick] = obtainable.get(tick);
            }
        }
    }

    public List<String> zones() {
        return zones;
    }

    public double tickHours() {
        return tickHours;
    }

    public int ticks() {
        return ticks;
    }

    public double spotDollarsPerHour() {
        return spotDollarsPerHour;
    }

    public double onDemandDollarsPerHour() {
        return onDemandDollarsPerHour;
    }

    boolean up(int zone, int tick) {
        return up[zone][tick];
    }
}
