package io.supercloud.optimizer.sun;

import io.supercloud.core.InvalidValueException;
import io.supercloud.optimizer.data.Latencies;
import io.supercloud.optimizer.data.LoadCurve;
import java.util.List;

/**
 * Demand of all clients, hour by hour, and how far it is from each site. One recorded curve is taken for every city's local
 * time (its longitude's) and weighted by its people: the curve is real, the combination is a construction.
 */
public final class Demand {
    private static final double DEGREES_PER_HOUR = 15;
    /** No local time is further from UTC. */
    private static final int MAX_OFFSET_HOURS = 12;

    private final List<Latencies.Region> sites;
    private final double[] amounts;
    private final double[][] weightedMillis;

    private Demand(List<Latencies.Region> sites, double[] amounts, double[][] weightedMillis) {
        this.sites = sites;
        this.amounts = amounts;
        this.weightedMillis = weightedMillis;
    }

    /** The demand of the hours for which every city's local hour is recorded. */
    public static Demand of(Latencies latencies, LoadCurve curve) {
        double[] recorded = curve.hours();
        int hours = recorded.length - 2 * MAX_OFFSET_HOURS;
        if (hours <= 0 || latencies.cities().isEmpty() || latencies.regions().isEmpty()) {
            throw new InvalidValueException("%s: demand needs more than %d hours, cities and regions"
                    .formatted(curve.name(), 2 * MAX_OFFSET_HOURS));
        }
        double[] amounts = new double[hours];
        double[][] weighted = new double[hours][latencies.regions().size()];
        for (int city = 0; city < latencies.cities().size(); city++) {
            Latencies.City place = latencies.cities().get(city);
            List<Double> rtts = latencies.rttMillis().get(city);
            int offset = MAX_OFFSET_HOURS + (int) Math.round(place.longitude() / DEGREES_PER_HOUR);
            for (int hour = 0; hour < hours; hour++) {
                double amount = recorded[hour + offset] * place.people();
                amounts[hour] += amount;
                for (int site = 0; site < rtts.size(); site++) {
                    weighted[hour][site] += amount * rtts.get(site);
                }
            }
        }
        return new Demand(latencies.regions(), amounts, weighted);
    }

    public List<Latencies.Region> sites() {
        return sites;
    }

    public int hours() {
        return amounts.length;
    }

    /** All that was asked for in an hour, in the unit of the curve times people. */
    double amount(int hour) {
        return amounts[hour];
    }

    /** The mean round-trip time of what was asked for in an hour, were the VM at a site; 0 where nothing was. */
    double meanMillis(int hour, int site) {
        return amounts[hour] == 0 ? 0 : weightedMillis[hour][site] / amounts[hour];
    }

    /** The round-trip times of all that was asked for in an hour, summed, were the VM at a site. */
    double weightedMillis(int hour, int site) {
        return weightedMillis[hour][site];
    }
}
