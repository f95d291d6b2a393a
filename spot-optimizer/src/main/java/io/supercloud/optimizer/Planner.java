package io.supercloud.optimizer;

import io.supercloud.core.SiteId;
import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.Policy.OnLoss;
import io.supercloud.optimizer.policy.Policy.OnNotice;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * Decides where a VM should be. Pure: equal inputs give equal decisions.
 *
 * <p>Of the offers that the policy has nothing against ({@link Constraints}) the one wins whose gain by the objective over
 * the horizon, less the cost of moving, is largest (of equal ones the first by site). It is moved to where the gain is at
 * least the policy's, pays for the move, and the VM may move now. A VM at a place that it is barred from leaves without
 * regard to gain and pace, one at a place that violates the policy otherwise without regard to gain; so does one whose host
 * is taken away. A price that cannot be believed never draws a VM, and one at the VM's own site never drives it away, but
 * for a price that is too high. A hint that a cloud will soon take instances of a market away counts as one more move from
 * there: it lets a move pay that would not otherwise, and never sends a VM to where it costs more.
 */
public final class Planner {
    /** Over how long a difference of price is counted where neither the policy nor the market says. */
    static final Duration UNTAUGHT_HORIZON = Duration.ofHours(6);

    private final Snapshot snapshot;
    private final Policy policy;
    private final Constraints constraints;
    private final Merit merit;
    private final List<Decision.Rejection> rejected = new ArrayList<>();

    private Planner(Snapshot snapshot, Policy policy) {
        this.snapshot = snapshot;
        this.policy = policy;
        this.constraints = new Constraints(snapshot, policy);
        this.merit = new Merit(snapshot, policy);
    }

    public static Decision decide(Snapshot snapshot, Policy policy) {
        Planner planner = new Planner(snapshot, policy);
        return switch (snapshot.vm().footing()) {
            case SAFE -> planner.decide();
            case NOTICE -> planner.underNotice();
            case LOST -> planner.lost();
        };
    }

    private Decision decide() {
        List<Offer> candidates = candidates();
        if (candidates.isEmpty()) {
            return stay("no other offer is acceptable");
        }
        Offer best = candidates.getFirst();
        rejectWorse(candidates);
        Optional<String> barred = barredHere();
        if (barred.isPresent()) {
            return move(
                    best, "the VM leaves %s at once: %s".formatted(snapshot.vm().site(), barred.get()));
        }
        Optional<String> violation = snapshot.current().flatMap(constraints::violation);
        Optional<String> objection = violation.isPresent() ? Optional.empty() : objection(best);
        if (objection.isPresent()) {
            reject(best, objection.get());
            return stay(objection.get());
        }
        Pace pace = new Pace(snapshot, policy.pace());
        Optional<String> wait = pace.mustWait();
        if (wait.isPresent()) {
            reject(best, wait.get());
            return stay(wait.get(), pace.opens());
        }
        return move(
                best,
                violation
                        .map(why ->
                                "the VM leaves %s: %s".formatted(snapshot.vm().site(), why))
                        .orElseGet(() -> reasonFor(best)));
    }

    /** On notice every offer counts that the VM is not barred from; those that violate nothing come first. */
    private Decision underNotice() {
        if (policy.protection().onNotice() == OnNotice.STAY) {
            return stay("the cloud takes the host away, and the policy lets the VM stay");
        }
        return refuge().map(offer -> move(offer, "the cloud takes the host away"))
                .orElseGet(() -> stay("the cloud takes the host away, and no other offer is acceptable"));
    }

    private Decision lost() {
        if (policy.protection().onLoss() == OnLoss.STAY) {
            return stay("the host is lost, and the policy lets the VM wait for it");
        }
        return refuge().map(offer ->
                        move(offer, "the host is lost; the VM starts again from what is elsewhere of its disk"))
                .orElseGet(() -> stay("the host is lost, and no other offer is acceptable"));
    }

    private Optional<Offer> refuge() {
        List<Offer> candidates = candidates();
        if (!candidates.isEmpty()) {
            rejectWorse(candidates);
            return Optional.of(candidates.getFirst());
        }
        Optional<Offer> found = elsewhere()
                .filter(offer -> constraints.barred(offer).isEmpty() && believed(offer))
                .min(order());
        found.ifPresent(offer -> rejected.removeIf(each -> each.offer().equals(offer)));
        return found;
    }

    /** The offers elsewhere that may be chosen, best first; the others are rejected. */
    private List<Offer> candidates() {
        List<Offer> candidates = new ArrayList<>();
        elsewhere()
                .forEach(offer -> unacceptable(offer)
                        .ifPresentOrElse(reason -> reject(offer, reason), () -> candidates.add(offer)));
        candidates.sort(order());
        return candidates;
    }

    private Stream<Offer> elsewhere() {
        return snapshot.offers().stream().filter(offer -> !snapshot.isHere(offer));
    }

    private Optional<String> unacceptable(Offer offer) {
        return constraints
                .barred(offer)
                .or(() -> constraints.wrongType(offer))
                .or(() -> offer.distrust(policy.prices().staleAfter()))
                .or(() -> constraints.violation(offer))
                .or(() -> merit.of(offer).isPresent()
                        ? Optional.empty()
                        : Optional.of("its latency to the clients is not known"));
    }

    private boolean believed(Offer offer) {
        return offer.distrust(policy.prices().staleAfter()).isEmpty();
    }

    /** By what is gained over the horizon, where that is known, else by merit. */
    private Comparator<Offer> order() {
        OptionalDouble here = meritHere();
        Comparator<Offer> byMerit =
                Comparator.comparingDouble(offer -> merit.of(offer).orElse(Double.MAX_VALUE));
        Comparator<Offer> best = here.isPresent() && merit.inDollars()
                ? Comparator.<Offer>comparingDouble(
                                offer -> -(saving(offer) - merit.moveCost(offer).dollars()))
                        .thenComparing(byMerit)
                : byMerit;
        return best.thenComparing(offer -> offer.dollarsPerHour().orElse(Double.MAX_VALUE))
                .thenComparing(offer -> offer.site().value())
                .thenComparing(Offer::rental);
    }

    private void rejectWorse(List<Offer> candidates) {
        Offer best = candidates.getFirst();
        for (Offer worse : candidates.subList(1, candidates.size())) {
            reject(worse, "it costs %s, %s at %s".formatted(text(worse), text(best), best.site()));
        }
    }

    private Optional<String> barredHere() {
        return snapshot.current()
                .map(constraints::barred)
                .orElseGet(() -> policy.places().sites().permits(snapshot.vm().site())
                        ? Optional.empty()
                        : Optional.of("the policy does not permit this site"));
    }

    /** Why moving to {@code best} is not worth it, in words. */
    private Optional<String> objection(Offer best) {
        OptionalDouble current = meritHere();
        if (current.isEmpty()) {
            return Optional.of("the price at %s is not known, so no saving is"
                    .formatted(snapshot.vm().site()));
        }
        double here = current.getAsDouble();
        double gain = 1 - merit.of(best).orElseThrow() / here;
        if (!(gain > 0)) {
            return Optional.of("it costs %s, no less than the %s here".formatted(text(best), merit.text(here)));
        }
        if (gain < policy.pace().minimumGain()) {
            return Optional.of("it costs %s, %s less than the %s here; the policy asks for %s"
                    .formatted(
                            text(best),
                            Words.percent(gain),
                            merit.text(here),
                            Words.percent(policy.pace().minimumGain())));
        }
        if (merit.inDollars() && saving(best) <= merit.moveCost(best).dollars()) {
            return Optional.of("it saves $%s in %s, and the move costs $%s"
                    .formatted(
                            Words.dollars(saving(best)),
                            Words.duration(merit.horizon(best)),
                            Words.dollars(merit.moveCost(best).dollars())));
        }
        return Optional.empty();
    }

    private String reasonFor(Offer best) {
        String here = merit.text(meritHere().orElseThrow());
        String better = "%s costs %s instead of %s at %s"
                .formatted(best.site(), text(best), here, snapshot.vm().site());
        return merit.inDollars()
                ? "%s: saves $%s in %s for a move of $%s"
                        .formatted(
                                better,
                                Words.dollars(saving(best)),
                                Words.duration(merit.horizon(best)),
                                Words.dollars(merit.moveCost(best).dollars()))
                : better;
    }

    /** What where the VM is is worth; a price beyond belief counts as the highest that is believed. */
    private OptionalDouble meritHere() {
        Optional<Offer> here = snapshot.current();
        if (here.isEmpty() || here.get().dollarsPerHour().isEmpty()) {
            return OptionalDouble.empty();
        }
        Offer offer = here.get();
        double most = Offer.MAX_TIMES_ON_DEMAND * offer.onDemandDollarsPerHour();
        double price = Math.min(offer.dollarsPerHour().get(), most);
        Offer capped = new Offer(
                offer.site(),
                offer.pool(),
                offer.rental(),
                offer.quote().map(quote -> new Quote(price, quote.since())),
                offer.age(),
                offer.onDemandDollarsPerHour(),
                offer.p95Millis(),
                offer.priceLasts(),
                offer.hinted());
        return believed(capped) ? merit.of(capped) : OptionalDouble.empty();
    }

    /** By how much less it costs there over the horizon than here, losses that clouds hint at included. */
    private double saving(Offer offer) {
        OptionalDouble here = meritHere();
        return here.isPresent() && merit.inDollars()
                ? (here.getAsDouble() - merit.of(offer).orElse(here.getAsDouble())) * Words.hours(merit.horizon(offer))
                        + snapshot.current().map(merit::hintedDollars).orElse(0.0)
                        - merit.hintedDollars(offer)
                : 0;
    }

    private String text(Offer offer) {
        return merit.text(merit.of(offer).orElseThrow());
    }

    private void reject(Offer offer, String reason) {
        rejected.add(new Decision.Rejection(offer, reason));
    }

    private Decision stay(String reason) {
        return stay(reason, Optional.empty());
    }

    private Decision stay(String reason, Optional<Instant> reconsider) {
        return new Decision.Stay(
                account(reason, snapshot.current(), snapshot.vm().site(), 0, Decision.MoveCost.NOTHING, reconsider));
    }

    private Decision move(Offer target, String reason) {
        return new Decision.Move(
                target.site(),
                account(
                        reason,
                        Optional.of(target),
                        target.site(),
                        saving(target),
                        merit.moveCost(target),
                        Optional.empty()));
    }

    private Decision.Account account(
            String reason,
            Optional<Offer> chosen,
            SiteId place,
            double savingDollars,
            Decision.MoveCost moveCost,
            Optional<Instant> reconsider) {
        return new Decision.Account(
                snapshot.vm().vm(),
                snapshot.now(),
                policy.name(),
                reason,
                snapshot.current(),
                chosen,
                rejected,
                standbys(place),
                savingDollars,
                moveCost,
                reconsider,
                snapshot.digest(policy));
    }

    /** Where the VM's image should be beside {@code place}: the best sites that its data may be at. */
    private List<SiteId> standbys(SiteId place) {
        return snapshot.offers().stream()
                .filter(offer -> !offer.site().equals(place))
                .filter(offer -> policy.places()
                        .objection(
                                offer.site(), offer.pool().cloud(), offer.pool().region())
                        .isEmpty())
                .sorted(order())
                .map(Offer::site)
                .distinct()
                .limit(policy.protection().standbyReplicas())
                .toList();
    }
}
