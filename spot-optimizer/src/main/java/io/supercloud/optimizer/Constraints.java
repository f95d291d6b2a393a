package io.supercloud.optimizer;

import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.Requirement;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What a policy has against an offer for one VM of a slice, in words. Pure. A VM at a place that it is {@link #barred} from
 * leaves at once; one at a place with a {@link #violation} leaves as soon as its pace permits.
 */
final class Constraints {
    /** A job goes on-demand when two moves more than its work are left: one to get there, one for what may go wrong. */
    private static final int SPARE_MOVES = 2;

    private final Snapshot snapshot;
    private final Policy policy;
    private final Crowd crowd;

    Constraints(Snapshot snapshot, Policy policy) {
        this.snapshot = snapshot;
        this.policy = policy;
        this.crowd = new Crowd(snapshot, policy.spread());
    }

    /** Why the VM may not be there for a moment. */
    Optional<String> barred(Offer offer) {
        return policy.places()
                .objection(offer.site(), offer.pool().cloud(), offer.pool().region())
                .or(() -> tooLateForSpot(offer));
    }

    /** Why the VM should not be there, beside what bars it. */
    Optional<String> violation(Offer offer) {
        return Stream.<Function<Offer, Optional<String>>>of(
                        this::tooFar, this::unfulfilled, crowd::objection, this::tooDear)
                .flatMap(rule -> rule.apply(offer).stream())
                .findFirst();
    }

    /** Why an instance of another type is not taken; no reason to leave one. */
    Optional<String> wrongType(Offer offer) {
        return policy.places()
                .instanceType()
                .filter(type -> !type.equals(offer.pool().instanceType()))
                .map("the policy asks for the instance type %s"::formatted);
    }

    private Optional<String> tooLateForSpot(Offer offer) {
        if (offer.rental() == Rental.ON_DEMAND || policy.job().isEmpty()) {
            return Optional.empty();
        }
        Policy.Job job = policy.job().get();
        Duration missing = job.work().minus(snapshot.vm().workDone());
        Duration left = Duration.between(snapshot.now(), job.deadline());
        Duration spare = snapshot.vm().moveTime().multipliedBy(SPARE_MOVES);
        return missing.isPositive() && left.compareTo(missing.plus(spare)) < 0
                ? Optional.of("spot may be lost, and %s of work are left with %s to the deadline"
                        .formatted(Words.duration(missing), Words.duration(left)))
                : Optional.empty();
    }

    private Optional<String> tooFar(Offer offer) {
        for (Map.Entry<String, Policy.ClientGroup> each : policy.clients().entrySet()) {
            if (each.getValue().p95().isPresent()) {
                double limit = each.getValue().p95().get().toMillis();
                Double known = offer.p95Millis().get(each.getKey());
                if (known == null && !snapshot.isHere(offer)) {
                    return Optional.of("its latency to the clients %s is not known".formatted(each.getKey()));
                }
                if (known != null && !(known <= limit)) {
                    return Optional.of(String.format(
                            Locale.ROOT,
                            "its p95 latency to the clients %s is %.1f ms; the policy permits %.0f ms",
                            each.getKey(),
                            known,
                            limit));
                }
            }
        }
        return Optional.empty();
    }

    private Optional<String> unfulfilled(Offer offer) {
        if (policy.places().requirements().isEmpty()) {
            return Optional.empty();
        }
        if (offer.dollarsPerHour().isEmpty()) {
            return Optional.empty();
        }
        Map<String, Object> variables = new HashMap<>();
        variables.put("offer.site", offer.site().value());
        variables.put("offer.cloud", offer.pool().cloud());
        variables.put("offer.region", offer.pool().region());
        variables.put("offer.zone", offer.pool().zone());
        variables.put("offer.type", offer.pool().instanceType());
        variables.put("offer.spot", offer.rental() == Rental.SPOT);
        variables.put("offer.price", offer.dollarsPerHour().get());
        variables.put("offer.list", offer.onDemandDollarsPerHour());
        variables.put("offer.latency", offer.p95Millis());
        variables.put("vm.name", snapshot.vm().vm().value());
        variables.put("vm.site", snapshot.vm().site().value());
        return policy.places().requirements().stream()
                .filter(each -> !each.holds(variables, snapshot.now()))
                .findFirst()
                .map(Requirement::expression)
                .map("it does not fulfil '%s'"::formatted);
    }

    /** A place that costs less than the present one is never too dear: going there is at least a step. */
    private Optional<String> tooDear(Offer offer) {
        Optional<Double> price = offer.dollarsPerHour();
        Optional<Double> here = snapshot.current().flatMap(Offer::dollarsPerHour);
        if (price.isEmpty() || !snapshot.isHere(offer) && here.isPresent() && price.get() < here.get()) {
            return Optional.empty();
        }
        double rate = snapshot.slice().othersDollarsPerHour() + price.get();
        Policy.Budget budget = policy.budget();
        if (rate > budget.perHour().orElse(Double.POSITIVE_INFINITY)) {
            return Optional.of("the slice would cost %s; the budget is %s"
                    .formatted(Words.price(rate), Words.price(budget.perHour().getAsDouble())));
        }
        double month = snapshot.slice().spentThisMonthDollars() + rate * hoursLeftOfMonth(snapshot.now());
        return month > budget.perMonth().orElse(Double.POSITIVE_INFINITY)
                ? Optional.of("the slice would cost $%s by the end of the month; the budget is $%s"
                        .formatted(
                                Words.dollars(month),
                                Words.dollars(budget.perMonth().getAsDouble())))
                : Optional.empty();
    }

    private static double hoursLeftOfMonth(Instant now) {
        Instant end = YearMonth.from(now.atZone(ZoneOffset.UTC))
                .plusMonths(1)
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        return Words.hours(Duration.between(now, end));
    }
}
