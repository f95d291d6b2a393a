package io.supercloud.optimizer.fleet;

import java.util.List;

/**
 * What a CPU and a GiB of memory are worth at a site where instances are filled: the dual of the linear relaxation of the
 * packing, max a x CPUs + b x memory such that no instance is worth more than its price. Two variables, so its optimum is
 * where two of its constraints meet.
 *
 * @param cpuDollars for a promised CPU and an hour
 * @param memoryDollars for a promised GiB and an hour
 */
record UnitPrices(double cpuDollars, double memoryDollars) {
    private static final double EPSILON = 1e-12;

    /** For VMs that in all ask for {@code cpus} and {@code memoryGib}. */
    static UnitPrices of(List<Fleet.Offer> offers, Fleet.Rules rules, double cpus, double memoryGib) {
        UnitPrices best = new UnitPrices(0, 0);
        for (int first = 0; first < offers.size(); first++) {
            Fleet.Offer offer = offers.get(first);
            double cpu = offer.expectedDollarsPerHour(rules) / (offer.cpus() * rules.cpuOversubscription());
            double memory = offer.expectedDollarsPerHour(rules) / (offer.memoryGib() * rules.memoryOversubscription());
            best = better(best, new UnitPrices(cpu, 0), offers, rules, cpus, memoryGib);
            best = better(best, new UnitPrices(0, memory), offers, rules, cpus, memoryGib);
            for (int second = first + 1; second < offers.size(); second++) {
                best = better(best, crossing(offer, offers.get(second), rules), offers, rules, cpus, memoryGib);
            }
        }
        return best;
    }

    double dollars(double cpus, double memoryGib) {
        return cpus * cpuDollars + memoryGib * memoryDollars;
    }

    /** The prices at which both are worth what they cost; negative ones where there are none. */
    private static UnitPrices crossing(Fleet.Offer one, Fleet.Offer other, Fleet.Rules rules) {
        double determinant = one.cpus() * other.memoryGib() - other.cpus() * one.memoryGib();
        if (Math.abs(determinant) < EPSILON) {
            return new UnitPrices(-1, -1);
        }
        double cpu = (one.expectedDollarsPerHour(rules) * other.memoryGib()
                        - other.expectedDollarsPerHour(rules) * one.memoryGib())
                / determinant;
        double memory =
                (one.cpus() * other.expectedDollarsPerHour(rules) - other.cpus() * one.expectedDollarsPerHour(rules))
                        / determinant;
        return new UnitPrices(cpu / rules.cpuOversubscription(), memory / rules.memoryOversubscription());
    }

    private static UnitPrices better(
            UnitPrices best,
            UnitPrices other,
            List<Fleet.Offer> offers,
            Fleet.Rules rules,
            double cpus,
            double memoryGib) {
        if (other.cpuDollars < 0
                || other.memoryDollars < 0
                || other.dollars(cpus, memoryGib) <= best.dollars(cpus, memoryGib)) {
            return best;
        }
        for (Fleet.Offer offer : offers) {
            double worth = other.dollars(
                    offer.cpus() * rules.cpuOversubscription(), offer.memoryGib() * rules.memoryOversubscription());
            if (worth > offer.expectedDollarsPerHour(rules) * (1 + 1e-9)) {
                return best;
            }
        }
        return other;
    }
}
