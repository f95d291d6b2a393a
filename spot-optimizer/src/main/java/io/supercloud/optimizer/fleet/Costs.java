package io.supercloud.optimizer.fleet;

import java.util.function.IntPredicate;

/** Dollars an hour of each unit at each place, by the places' {@link UnitPrices}. */
final class Costs {
    private final Fleet.Rules rules;
    /** What rent where a unit is counts, in times of itself. */
    private final double staying;

    private final Places places;
    private final Units units;
    private final double allCpus;
    private final double allMemory;
    /** By place. */
    private final double[] cpuDollars;

    private final double[] memoryDollars;

    Costs(Fleet fleet, Places places, Units units) {
        this.rules = fleet.rules();
        staying = 1 - rules.minimumGain();
        this.places = places;
        this.units = units;
        allCpus = fleet.vms().stream().mapToDouble(Fleet.Vm::cpus).sum();
        allMemory = fleet.vms().stream().mapToDouble(Fleet.Vm::memoryGib).sum();
        cpuDollars = new double[places.count()];
        memoryDollars = new double[places.count()];
        for (int place = 0; place < places.count(); place++) {
            reprice(place);
        }
    }

    /** After the price of an offer of a place changed. */
    void reprice(int place) {
        UnitPrices prices = UnitPrices.of(places.offers(place), rules, allCpus, allMemory);
        cpuDollars[place] = prices.cpuDollars();
        memoryDollars[place] = prices.memoryDollars();
    }

    double rent(int unit, int place) {
        return units.cpus(unit) * cpuDollars[place] + units.memory(unit) * memoryDollars[place];
    }

    /**
     * Rent and, spread over the horizon, the move. Where the unit is it counts for less by the gain that a move must bring.
     *
     * @param pressed whether the rent alone counts
     */
    double cost(int unit, int place, boolean pressed) {
        int here = pressed ? Fleet.NOWHERE : units.here(unit);
        return weighed(rent(unit, place), place, here, moveDollarsPerHour(unit, here));
    }

    private double weighed(double rent, int place, int here, double move) {
        return here == places.site(place) ? rent * staying : rent + move;
    }

    private double moveDollarsPerHour(int unit, int here) {
        return here == Fleet.NOWHERE ? 0 : units.dollarsPerMove(unit) / rules.horizonHours();
    }

    /** Of the places that a unit is permitted and for which {@code good} holds; {@link Fleet#NOWHERE} where there is none. */
    int cheapest(int unit, boolean pressed, IntPredicate good) {
        double cpus = units.cpus(unit);
        double memory = units.memory(unit);
        int here = pressed ? Fleet.NOWHERE : units.here(unit);
        double move = moveDollarsPerHour(unit, here);
        int best = Fleet.NOWHERE;
        double least = Double.POSITIVE_INFINITY;
        for (int place : units.permitted(unit)) {
            double cost = weighed(cpus * cpuDollars[place] + memory * memoryDollars[place], place, here, move);
            if (cost < least && good.test(place)) {
                least = cost;
                best = place;
            }
        }
        return best;
    }
}
