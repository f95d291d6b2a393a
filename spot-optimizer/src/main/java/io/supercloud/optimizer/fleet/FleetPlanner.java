package io.supercloud.optimizer.fleet;

import io.supercloud.core.InvalidValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Plans a fleet. First each VM, or group that must be together, gets the permitted site where it is cheapest by the site's
 * {@link UnitPrices}; it leaves the site where it is only where that gains the share that the rules ask for and pays for the
 * move within the horizon. Those that must be apart choose one after the other, each the cheapest site that none before it
 * has: greedily, so not always the cheapest for all. Where the fleet's limits are not kept so, some get other places ({@link Placing}). Then the VMs of
 * each place are packed on instances; where all of them cost more than the budget, VMs leave dearer sites without regard to
 * gain and moves, those first that save most. Equal inputs give equal plans. Not for several threads: it keeps what it found
 * for {@link #replan}.
 */
public final class FleetPlanner {
    private final Fleet fleet;
    private final Places places;
    private final Units units;
    private final Costs costs;
    private final Choices free;
    private final Choices forced;
    private final Packings packings;

    /** @throws InvalidValueException where a VM fits on no instance at any site that it is permitted */
    public FleetPlanner(Fleet fleet, List<Fleet.Offer> allOffers) {
        this.fleet = fleet;
        places = new Places(fleet, allOffers);
        units = new Units(fleet, places);
        costs = new Costs(fleet, places, units);
        free = new Choices(places, units, costs, false);
        forced = fleet.limits().dollarsPerHour() < Double.POSITIVE_INFINITY
                ? new Choices(places, units, costs, true)
                : free;
        packings = new Packings(fleet, places);
    }

    /** The plan for all VMs. */
    public FleetPlan plan() {
        boolean[] pressed = new boolean[units.count()];
        double budget = fleet.limits().dollarsPerHour();
        FleetPlan best = plan(pressed);
        if (best.dollarsPerHour() <= budget) {
            return best;
        }
        List<Stay> stays = dearestStays(best);
        int marked = 0;
        for (double wanted = best.dollarsPerHour() - budget; marked < stays.size(); wanted *= 2) {
            for (double saved = 0; marked < stays.size() && saved < wanted; marked++) {
                pressed[stays.get(marked).unit()] = true;
                saved += stays.get(marked).savingDollars();
            }
            FleetPlan plan = plan(pressed);
            best = plan.dollarsPerHour() < best.dollarsPerHour() ? plan : best;
            if (best.dollarsPerHour() <= budget) {
                return best;
            }
        }
        List<String> violations = new ArrayList<>(best.violations());
        violations.add(String.format(
                Locale.ROOT, "the instances cost $%.4f an hour; the budget is $%.4f", best.dollarsPerHour(), budget));
        return new FleetPlan(best.siteOfVm(), best.standbyOfVm(), best.instances(), violations);
    }

    private record Stay(int unit, double savingDollars) {}

    /** The units that stay where they are and would be cheaper elsewhere; those first that would save most. */
    private List<Stay> dearestStays(FleetPlan plan) {
        List<Stay> stays = new ArrayList<>();
        for (int unit = 0; unit < units.count(); unit++) {
            if (plan.siteOfVm().get(units.vms(unit)[0]) == units.here(unit)) {
                double now = Double.POSITIVE_INFINITY;
                double least = Double.POSITIVE_INFINITY;
                for (int place : units.permitted(unit)) {
                    double rent = costs.rent(unit, place);
                    least = Math.min(least, rent);
                    now = places.site(place) == units.here(unit) ? Math.min(now, rent) : now;
                }
                if (now > least) {
                    stays.add(new Stay(unit, now - least));
                }
            }
        }
        stays.sort(
                Comparator.comparingDouble((Stay stay) -> -stay.savingDollars()).thenComparing(Stay::unit));
        return stays;
    }

    /** @param pressed by unit: whether it goes where its rent is least, whatever that takes */
    private FleetPlan plan(boolean[] pressed) {
        Valuation valuation = new Valuation(costs, free, forced, pressed);
        int[] placeOf = new int[units.count()];
        int[] standbys = new int[placeOf.length];
        Arrays.fill(placeOf, Fleet.NOWHERE);
        for (int unit = 0; unit < placeOf.length; unit++) {
            placeOf[unit] = place(unit, valuation, placeOf);
            standbys[unit] = standby(unit, valuation, placeOf);
        }
        int[] chosen = placeOf.clone();
        List<String> violations = new Placing(fleet.limits(), places, units, valuation, placeOf).keepLimits();
        int[] placeOfVm = new int[fleet.vms().size()];
        Integer[] siteOfVm = new Integer[placeOfVm.length];
        Integer[] standbyOfVm = new Integer[placeOfVm.length];
        for (int unit = 0; unit < placeOf.length; unit++) {
            if (placeOf[unit] != chosen[unit]) {
                standbys[unit] = standby(unit, valuation, placeOf);
            }
            for (int vm : units.vms(unit)) {
                placeOfVm[vm] = placeOf[unit];
                siteOfVm[vm] = places.site(placeOf[unit]);
                standbyOfVm[vm] = standbys[unit] == Fleet.NOWHERE ? Fleet.NOWHERE : places.site(standbys[unit]);
            }
        }
        return new FleetPlan(List.of(siteOfVm), List.of(standbyOfVm), packings.instances(placeOfVm), violations);
    }

    /** The cheapest, at a site without rivals if there is one. */
    private int place(int unit, Valuation valuation, int[] placeOf) {
        if (units.hasRivals(unit)) {
            int alone = valuation.cheapest(unit, place -> !rivalAt(unit, place, placeOf));
            if (alone != Fleet.NOWHERE) {
                return alone;
            }
        }
        return valuation.choices(unit).place(unit);
    }

    /** The cheapest at another site than its own, without rivals. */
    private int standby(int unit, Valuation valuation, int[] placeOf) {
        int site = places.site(placeOf[unit]);
        return units.hasRivals(unit)
                ? valuation.cheapest(unit, place -> places.site(place) != site && !rivalAt(unit, place, placeOf))
                : valuation.choices(unit).placeBeside(unit, site);
    }

    private boolean rivalAt(int unit, int place, int[] placeOf) {
        return units.rivalAt(unit, places.site(place), placeOf, places);
    }

    /**
     * The plan after the price of one offer changed; what its change does not touch is neither chosen nor packed again.
     *
     * @throws InvalidValueException where there is no such offer
     */
    public FleetPlan replan(Fleet.Offer changed) {
        if (!places.replace(changed)) {
            throw new InvalidValueException("%s is not offered at %s"
                    .formatted(changed.instanceType(), fleet.sites().get(changed.site())));
        }
        int place = places.of(changed);
        costs.reprice(place);
        free.reprice(place);
        if (forced != free) {
            forced.reprice(place);
        }
        packings.forget(place);
        return plan();
    }
}
