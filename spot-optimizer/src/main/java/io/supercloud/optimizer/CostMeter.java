package io.supercloud.optimizer;

import io.supercloud.core.InvalidValueException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What a history of places cost, by the prices of a trace: exact over every change of price. Pure. */
public final class CostMeter {
    private static final double MILLIS_PER_HOUR = 3_600_000;

    /** The VM's place was rented from {@code from} to {@code to}; during a move two residences overlap. */
    public record Residence(Pool pool, Instant from, Instant to) {
        public Residence {
            if (to.isBefore(from)) {
                throw new InvalidValueException(
                        "a residence in %s ends at %s, before it begins at %s".formatted(pool, to, from));
            }
        }
    }

    /** Something beyond rent, such as the egress of a move. */
    public record Charge(Instant at, double dollars) {}

    /**
     * The accounts of a history, in dollars.
     *
     * @param spentDollars all that was paid: rent, {@code doubleRunningDollars} within it, and charges
     * @param doubleRunningDollars rent of the later place while the one before it was still held
     * @param stayPutDollars rent of the first place for all of the time
     * @param onDemandDollars the list price for all of the time
     */
    public record Report(
            double spentDollars,
            double doubleRunningDollars,
            double chargesDollars,
            double stayPutDollars,
            double onDemandDollars) {
        /** Positive where moving was cheaper than staying put. */
        public double savedDollars() {
            return stayPutDollars - spentDollars;
        }
    }

    private CostMeter() {}

    /**
     * The accounts of {@code residences}, in order of their begin, and {@code charges}.
     *
     * @throws OptimizerException where the trace has no price for a time that is asked for
     */
    public static Report measure(
            PriceTrace prices, List<Residence> residences, List<Charge> charges, double onDemandDollarsPerHour) {
        if (residences.isEmpty()) {
            throw new InvalidValueException("there is nothing to account for: the VM was nowhere");
        }
        Instant begin = residences.getFirst().from();
        Instant end =
                residences.stream().map(Residence::to).max(Instant::compareTo).orElseThrow();
        double rent = 0;
        double doubleRunning = 0;
        Instant heldUntil = begin;
        for (Residence residence : residences) {
            Instant from = residence.from();
            rent += rentDollars(prices, residence.pool(), from, residence.to());
            Instant bothUntil = heldUntil.isBefore(residence.to()) ? heldUntil : residence.to();
            if (bothUntil.isAfter(from)) {
                doubleRunning += rentDollars(prices, residence.pool(), from, bothUntil);
            }
            heldUntil = heldUntil.isAfter(residence.to()) ? heldUntil : residence.to();
        }
        double charged = charges.stream().mapToDouble(Charge::dollars).sum();
        return new Report(
                rent + charged,
                doubleRunning,
                charged,
                rentDollars(prices, residences.getFirst().pool(), begin, end),
                onDemandDollarsPerHour * hours(begin, end));
    }

    /** The rent of {@code pool} from {@code from} to {@code to}, in dollars. */
    public static double rentDollars(PriceTrace prices, Pool pool, Instant from, Instant to) {
        PriceChange current = prices.at(pool, from)
                .orElseThrow(() ->
                        new OptimizerException("%s has no price of %s at %s".formatted(prices.name(), pool, from)));
        double dollars = 0;
        Instant since = from;
        for (PriceChange next : prices.between(pool, from, to)) {
            dollars += current.dollarsPerHour() * hours(since, next.at());
            current = next;
            since = next.at();
        }
        return dollars + current.dollarsPerHour() * hours(since, to);
    }

    private static double hours(Instant from, Instant to) {
        return Duration.between(from, to).toMillis() / MILLIS_PER_HOUR;
    }
}
