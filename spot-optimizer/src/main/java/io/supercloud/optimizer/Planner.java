package io.supercloud.optimizer;

import io.supercloud.core.SiteId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Decides where a VM should be. Pure: equal inputs give equal decisions.
 *
 * <p>The cheapest acceptable offer wins (of equal ones the first by site) and is moved to where the gain is at least the
 * policy's, the saving over the horizon exceeds the cost of moving, and the VM may move now. A VM at a site that the
 * policy does not permit leaves for the cheapest permitted offer without regard to gain and stay. A price that cannot be
 * believed never draws a VM, and one at the VM's own site never drives it away, but for a price that is too high.
 */
public final class Planner {
    private static final double BYTES_PER_GIB = 1L << 30;
    private static final Duration DAY = Duration.ofDays(1);

    private final Snapshot snapshot;
    private final Policy policy;
    private final List<Decision.Rejection> rejected = new ArrayList<>();

    private Planner(Snapshot snapshot, Policy policy) {
        this.snapshot = snapshot;
        this.policy = policy;
    }

    public static Decision decide(Snapshot snapshot, Policy policy) {
        return new Planner(snapshot, policy).decide();
    }

    private Decision decide() {
        SiteId here = snapshot.vm().site();
        List<Offer> candidates = candidates();
        if (candidates.isEmpty()) {
            return stay("no other offer is acceptable");
        }
        Offer best = candidates.getFirst();
        for (Offer dearer : candidates.subList(1, candidates.size())) {
            reject(dearer, "it costs %s, %s at %s".formatted(price(dearer), price(best), best.site()));
        }
        if (!policy.permits(here)) {
            return move(
                    best,
                    "the policy does not permit %s; %s is the cheapest that it permits".formatted(here, best.site()));
        }
        Optional<String> objection = objection(best);
        if (objection.isPresent()) {
            reject(best, objection.get());
            return stay(objection.get());
        }
        return move(
                best,
                "%s costs %s instead of %s at %s: saves $%s in %s for a move of $%s"
                        .formatted(
                                best.site(),
                                price(best),
                                price(currentDollarsPerHour().orElseThrow()),
                                here,
                                dollars(saving(best)),
                                text(policy.horizon()),
                                dollars(moveCost(best).dollars())));
    }

    /** The offers elsewhere that may be chosen, cheapest first; the others are rejected. */
    private List<Offer> candidates() {
        List<Offer> candidates = new ArrayList<>();
        for (Offer offer : snapshot.offers()) {
            if (offer.site().equals(snapshot.vm().site())) {
                continue;
            }
            Optional<String> reason = unacceptable(offer);
            if (reason.isPresent()) {
                reject(offer, reason.get());
            } else {
                candidates.add(offer);
            }
        }
        candidates.sort(Comparator.comparingDouble(Planner::dollarsPerHour)
                .thenComparing(offer -> offer.site().value()));
        return candidates;
    }

    private Optional<String> unacceptable(Offer offer) {
        if (!policy.permits(offer.site())) {
            return Optional.of("the policy does not permit this site");
        }
        if (policy.instanceType()
                .filter(type -> !type.equals(offer.pool().instanceType()))
                .isPresent()) {
            return Optional.of("the policy asks for the instance type "
                    + policy.instanceType().get());
        }
        return offer.distrust(policy.staleAfter());
    }

    /** Why the VM should not move to {@code best}, in words. */
    private Optional<String> objection(Offer best) {
        Optional<Double> current = currentDollarsPerHour();
        if (current.isEmpty()) {
            return Optional.of("the price at %s is not known, so no saving is"
                    .formatted(snapshot.vm().site()));
        }
        double gain = 1 - dollarsPerHour(best) / current.get();
        if (gain <= 0) {
            return Optional.of("it costs %s, no less than the %s here".formatted(price(best), price(current.get())));
        }
        if (gain < policy.minimumGain()) {
            return Optional.of("it costs %s, %s less than the %s here; the policy asks for %s"
                    .formatted(price(best), percent(gain), price(current.get()), percent(policy.minimumGain())));
        }
        if (saving(best) <= moveCost(best).dollars()) {
            return Optional.of("it saves $%s in %s, and the move costs $%s"
                    .formatted(
                            dollars(saving(best)),
                            text(policy.horizon()),
                            dollars(moveCost(best).dollars())));
        }
        return mustWait();
    }

    private Optional<String> mustWait() {
        Duration stayed = Duration.between(snapshot.vm().since(), snapshot.now());
        if (stayed.compareTo(policy.minimumStay()) < 0) {
            return Optional.of(
                    "the VM came %s ago and stays at least %s".formatted(text(stayed), text(policy.minimumStay())));
        }
        long moves = snapshot.vm().recentMoves().stream()
                .filter(move -> move.isAfter(snapshot.now().minus(DAY)))
                .count();
        return moves < policy.movesPerDay()
                ? Optional.empty()
                : Optional.of("the VM moved %d times in 24 hours; the policy permits %d"
                        .formatted(moves, policy.movesPerDay()));
    }

    /** What the VM costs where it is; a price beyond belief counts as the highest that is believed. */
    private Optional<Double> currentDollarsPerHour() {
        return snapshot.offerAt(snapshot.vm().site())
                .filter(offer -> offer.spot().isPresent())
                .map(offer -> new Offer(
                        offer.site(),
                        offer.pool(),
                        offer.spot()
                                .map(quote -> new Quote(
                                        Math.min(
                                                quote.dollarsPerHour(),
                                                Offer.MAX_TIMES_ON_DEMAND * offer.onDemandDollarsPerHour()),
                                        quote.since())),
                        offer.age(),
                        offer.onDemandDollarsPerHour()))
                .filter(offer -> offer.distrust(policy.staleAfter()).isEmpty())
                .map(Planner::dollarsPerHour);
    }

    private double saving(Offer offer) {
        return currentDollarsPerHour()
                .map(current -> (current - dollarsPerHour(offer)) * hours(policy.horizon()))
                .orElse(0.0);
    }

    private Decision.MoveCost moveCost(Offer offer) {
        return new Decision.MoveCost(
                snapshot.vm().moveBytes() / BYTES_PER_GIB * policy.egressDollarsPerGib(),
                dollarsPerHour(offer) * hours(snapshot.vm().moveTime()));
    }

    private void reject(Offer offer, String reason) {
        rejected.add(new Decision.Rejection(offer, reason));
    }

    private Decision stay(String reason) {
        return new Decision.Stay(account(reason, snapshot.offerAt(snapshot.vm().site()), 0, Decision.MoveCost.NOTHING));
    }

    private Decision move(Offer target, String reason) {
        return new Decision.Move(target.site(), account(reason, Optional.of(target), saving(target), moveCost(target)));
    }

    private Decision.Account account(
            String reason, Optional<Offer> chosen, double savingDollars, Decision.MoveCost moveCost) {
        return new Decision.Account(
                snapshot.vm().vm(),
                snapshot.now(),
                policy.name(),
                reason,
                snapshot.offerAt(snapshot.vm().site()),
                chosen,
                rejected,
                savingDollars,
                moveCost,
                snapshot.digest(policy));
    }

    private static double dollarsPerHour(Offer offer) {
        return offer.spot().orElseThrow().dollarsPerHour();
    }

    private static double hours(Duration duration) {
        return duration.toMillis() / 3_600_000.0;
    }

    private static String price(Offer offer) {
        return price(dollarsPerHour(offer));
    }

    private static String price(double dollarsPerHour) {
        return "$%s an hour".formatted(dollars(dollarsPerHour));
    }

    private static String dollars(double dollars) {
        return String.format(Locale.ROOT, "%.4f", dollars);
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.1f %%", share * 100);
    }

    private static String text(Duration duration) {
        return duration.toString().substring(2).toLowerCase(Locale.ROOT);
    }
}
