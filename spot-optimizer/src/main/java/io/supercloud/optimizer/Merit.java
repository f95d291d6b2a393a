package io.supercloud.optimizer;

import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.Policy.Objective;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** What an offer is worth by a policy's objective. Less is better. Pure. */
final class Merit {
    private static final double BYTES_PER_GIB = 1L << 30;

    private final Snapshot snapshot;
    private final Policy policy;

    Merit(Snapshot snapshot, Policy policy) {
        this.snapshot = snapshot;
        this.policy = policy;
    }

    /** Dollars an hour, or milliseconds; empty where what it takes to say so is not known. */
    OptionalDouble of(Offer offer) {
        OptionalDouble price = offer.dollarsPerHour().map(OptionalDouble::of).orElse(OptionalDouble.empty());
        return switch (policy.objective()) {
            case Objective.Cost _ -> price;
            case Objective.Latency _ -> meanMillis(offer);
            case Objective.Mix(double worth) -> {
                OptionalDouble millis = meanMillis(offer);
                yield price.isPresent() && millis.isPresent()
                        ? OptionalDouble.of(price.getAsDouble() + worth * millis.getAsDouble())
                        : OptionalDouble.empty();
            }
        };
    }

    /** Whether it is in dollars, so that a difference can pay for a move. */
    boolean inDollars() {
        return !(policy.objective() instanceof Objective.Latency);
    }

    /** The mean of the client groups' latencies by their weights; empty where one with a weight is not known. */
    private OptionalDouble meanMillis(Offer offer) {
        double millis = 0;
        double weights = 0;
        for (Map.Entry<String, Policy.ClientGroup> each : policy.clients().entrySet()) {
            double weight = each.getValue().weight();
            if (weight > 0) {
                Double known = offer.p95Millis().get(each.getKey());
                if (known == null || !(known >= 0)) {
                    return OptionalDouble.empty();
                }
                millis += weight * known;
                weights += weight;
            }
        }
        return OptionalDouble.of(millis / weights);
    }

    /** Over how long a difference between where the VM is and {@code offer} is counted. */
    Duration horizon(Offer offer) {
        return policy.pace().horizon().or(offer::priceLasts).orElse(Planner.UNTAUGHT_HORIZON);
    }

    Decision.MoveCost moveCost(Offer offer) {
        return new Decision.MoveCost(
                snapshot.vm().moveBytes() / BYTES_PER_GIB * policy.prices().egressDollarsPerGib(),
                offer.dollarsPerHour().orElse(0.0) * Words.hours(snapshot.vm().moveTime()));
    }

    /** What a cloud's hint makes of an offer dearer: the move away that is likely to come. */
    double hintedDollars(Offer offer) {
        return offer.hinted() && offer.rental() == Rental.SPOT ? moveCost(offer).dollars() : 0;
    }

    /** {@code it costs $0.2000 an hour} without its first two words. */
    String text(double merit) {
        return switch (policy.objective()) {
            case Objective.Cost _ -> Words.price(merit);
            case Objective.Latency _ -> String.format(Locale.ROOT, "%.1f ms of latency", merit);
            case Objective.Mix _ -> Words.price(merit) + " with its latency";
        };
    }
}
