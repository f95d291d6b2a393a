package io.supercloud.optimizer;

import io.supercloud.core.VmId;
import io.supercloud.optimizer.Slice.Neighbour;
import io.supercloud.optimizer.policy.Policy;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * How the VMs of a slice may lie to each other. VMs are decided for one at a time. None goes where it would stand in the way
 * of another; where several do already, their names say who yields: of those that are too many the first by name stay. The
 * first by name of an affinity group goes ahead, the others follow it. Pure.
 */
final class Crowd {
    private static final double EPSILON = 1e-9;

    private final Snapshot snapshot;
    private final Policy.Spread spread;

    Crowd(Snapshot snapshot, Policy.Spread spread) {
        this.snapshot = snapshot;
        this.spread = spread;
    }

    /** Why the VM should not be at {@code offer}, which may be where it is. */
    Optional<String> objection(Offer offer) {
        return Stream.<Function<Offer, Optional<String>>>of(
                        this::apartFromItsGroup, this::besideItsGroup, this::tooManyOnSpot, this::tooFewPlaces)
                .flatMap(rule -> rule.apply(offer).stream())
                .findFirst();
    }

    private Optional<String> apartFromItsGroup(Offer offer) {
        return others(other -> spread.affinity().isPresent() && other.affinity().equals(spread.affinity()))
                .min(Comparator.comparing(other -> other.vm().value()))
                .filter(leader -> isBefore(leader) && !leader.site().equals(offer.site()))
                .map(leader -> "VM %s of group %s is at %s"
                        .formatted(leader.vm(), spread.affinity().get(), leader.site()));
    }

    private Optional<String> besideItsGroup(Offer offer) {
        return inTheWay(offer)
                .filter(other -> spread.antiAffinity().isPresent()
                        && other.antiAffinity().equals(spread.antiAffinity())
                        && other.site().equals(offer.site()))
                .findFirst()
                .map(other -> "VM %s of group %s is there"
                        .formatted(other.vm(), spread.antiAffinity().get()));
    }

    private Optional<String> tooManyOnSpot(Offer offer) {
        int all = snapshot.slice().others().size() + 1;
        long onSpot =
                inTheWay(offer).filter(other -> other.rental() == Rental.SPOT).count() + 1;
        return offer.rental() == Rental.SPOT && onSpot > spread.spotShare() * all + EPSILON
                ? Optional.of("%d VMs of %d would be on spot instances; the policy permits %s"
                        .formatted(onSpot, all, Words.percent(spread.spotShare())))
                : Optional.empty();
    }

    private Optional<String> tooFewPlaces(Offer offer) {
        return tooFew(offer, "sites", spread.leastSites(), Neighbour::site, each -> each.site())
                .or(() -> tooFew(
                        offer,
                        "clouds",
                        spread.leastClouds(),
                        Neighbour::cloud,
                        each -> each.pool().cloud()));
    }

    private <T> Optional<String> tooFew(
            Offer offer, String what, OptionalInt least, Function<Neighbour, T> place, Function<Offer, T> mine) {
        int wanted = Math.min(least.orElse(1), snapshot.slice().others().size() + 1);
        Set<T> places = new HashSet<>();
        others(_ -> true).map(place).forEach(places::add);
        places.add(mine.apply(offer));
        if (places.size() >= wanted) {
            return Optional.empty();
        }
        boolean shared = inTheWay(offer).map(place).anyMatch(mine.apply(offer)::equals);
        return shared
                ? Optional.of(
                        "the slice would be at %d %s; the policy asks for %d".formatted(places.size(), what, wanted))
                : Optional.empty();
    }

    /** Those that come before the VM: all where it would go, and where it is those before it by name. */
    private Stream<Neighbour> inTheWay(Offer offer) {
        return others(other -> !snapshot.isHere(offer) || isBefore(other));
    }

    private Stream<Neighbour> others(Predicate<Neighbour> which) {
        return snapshot.slice().others().stream().filter(which);
    }

    private boolean isBefore(Neighbour other) {
        VmId vm = snapshot.vm().vm();
        return other.vm().value().compareTo(vm.value()) < 0;
    }
}
