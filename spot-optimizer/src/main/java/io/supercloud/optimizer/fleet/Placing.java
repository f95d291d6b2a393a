package io.supercloud.optimizer.fleet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * A place for each unit (a VM, or VMs that are together), changed until it keeps the fleet's limits at little cost: first those
 * leave spot instances for whom that is cheapest, then clouds and sites that are not used get the unit that goes there
 * cheapest, if need be while another leaves spot instances for it. No step breaks what an earlier one has mended, nor puts
 * two units of a group that is apart at one site. In small fleets then single units and pairs go elsewhere as long as that
 * mends more, or makes the whole cheaper.
 */
final class Placing {
    private static final int MOST_SWEEPS = 4;
    /** Units times places of a fleet in which all pairs are tried. */
    private static final int FEW_CHOICES = 2_000;

    private static final double EPSILON = 1e-9;
    private static final long UNIT_MASK = Fleet.MAX_VMS - 1;

    private final Fleet.Limits limits;
    private final Places places;
    private final Units units;
    private final Valuation valuation;
    private final int[] placeOf;
    /** By site, a number for its cloud. */
    private final int[] cloudOf;

    private final int allowedOnSpot;
    private final int vms;
    private int onSpot = 0;

    /** @param placeOf by unit; is changed */
    Placing(Fleet.Limits limits, Places places, Units units, Valuation valuation, int[] placeOf) {
        this.limits = limits;
        this.places = places;
        this.units = units;
        this.valuation = valuation;
        this.placeOf = placeOf;
        cloudOf = new int[places.site(places.count() - 1) + 1];
        if (!limits.clouds().isEmpty()) {
            Arrays.setAll(
                    cloudOf, site -> limits.clouds().indexOf(limits.clouds().get(site)));
        }
        int count = 0;
        for (int unit = 0; unit < units.count(); unit++) {
            count += units.size(unit);
            onSpot += places.spot(placeOf[unit]) ? units.size(unit) : 0;
        }
        this.vms = count;
        this.allowedOnSpot = (int) Math.floor(limits.spotShare() * vms + EPSILON);
    }

    /** Tells what could not be mended. */
    List<String> keepLimits() {
        boolean bound = missing() > 0;
        leaveSpot(false);
        spread(limits.leastClouds(), site -> cloudOf[site]);
        spread(limits.leastSites(), site -> site);
        if (bound && (long) units.count() * places.count() <= FEW_CHOICES) {
            improve();
        }
        return violations();
    }

    /** By how much the limits are missed, in VMs, clouds and sites. */
    private int missing() {
        return Math.max(0, onSpot - allowedOnSpot)
                + Math.max(0, Math.min(limits.leastClouds(), vms) - distinct(used(site -> cloudOf[site])))
                + Math.max(0, Math.min(limits.leastSites(), vms) - distinct(used(site -> site)));
    }

    private record Step(int unit, int place, double extra) {
        static final Step NONE = new Step(Fleet.NOWHERE, Fleet.NOWHERE, Double.POSITIVE_INFINITY);
    }

    /** @param spread whether no cloud and no site may be left by its last unit */
    private void leaveSpot(boolean spread) {
        if (onSpot <= allowedOnSpot) {
            return;
        }
        int[] target = new int[placeOf.length];
        long[] byExtra = new long[placeOf.length];
        int steps = 0;
        for (int unit = 0; unit < placeOf.length; unit++) {
            target[unit] = places.spot(placeOf[unit]) ? offSpot(unit, spread) : Fleet.NOWHERE;
            if (target[unit] != Fleet.NOWHERE) {
                double extra =
                        (valuation.cost(unit, target[unit]) - valuation.cost(unit, placeOf[unit])) / units.size(unit);
                byExtra[steps++] = ordered(extra, unit);
            }
        }
        Arrays.sort(byExtra, 0, steps);
        for (int step = 0; step < steps && onSpot > allowedOnSpot; step++) {
            int unit = (int) (byExtra[step] & UNIT_MASK);
            if (!besideItsGroup(unit, target[unit])) {
                put(unit, target[unit]);
            }
        }
    }

    /** A number that is ordered as {@code extra} to nine digits, and then as {@code unit}, which its last bits are. */
    private static long ordered(double extra, int unit) {
        long bits = Double.doubleToLongBits(extra);
        long sorted = bits ^ ((bits >> (Long.SIZE - 1)) & Long.MAX_VALUE);
        return sorted & ~UNIT_MASK | unit;
    }

    private int offSpot(int unit, boolean atItsSite) {
        int now = places.site(placeOf[unit]);
        if (atItsSite) {
            return valuation.cheapest(unit, place -> !places.spot(place) && places.site(place) == now);
        }
        return units.hasRivals(unit)
                ? valuation.cheapest(unit, place -> !places.spot(place) && !besideItsGroup(unit, place))
                : valuation.choices(unit).offSpot(unit);
    }

    /** Until {@code least} kinds of sites are used: the cheapest move of a unit that leaves another behind to a kind that is not. */
    private void spread(int least, IntUnaryOperator kind) {
        int[] used = used(kind);
        int distinct = distinct(used);
        if (distinct >= Math.min(least, vms)) {
            return;
        }
        Unused unused = new Unused(used, kind);
        for (; distinct < Math.min(least, vms); distinct++) {
            Step step = unused.cheapest(true);
            if (step.unit() < 0) {
                step = unused.cheapest(false);
            }
            if (step.unit() < 0) {
                return;
            }
            used[kind.applyAsInt(places.site(placeOf[step.unit()]))]--;
            used[kind.applyAsInt(places.site(step.place()))]++;
            put(step.unit(), step.place());
            leaveSpot(true);
        }
    }

    /**
     * The cheapest ways to kinds of sites that are not used. For each unit it keeps the cheapest spot and other places there,
     * which become ever dearer as more kinds are used: so what was found once bounds from below what is there now, and only
     * those are looked for again who could be the cheapest.
     */
    private final class Unused {
        private final int[] used;
        private final IntUnaryOperator kind;
        private final int[] spot = new int[placeOf.length];
        private final int[] other = new int[placeOf.length];

        Unused(int[] used, IntUnaryOperator kind) {
            this.used = used;
            this.kind = kind;
            for (int unit = 0; unit < spot.length; unit++) {
                spot[unit] = cheapest(unit, true);
                other[unit] = cheapest(unit, false);
            }
        }

        private int cheapest(int unit, boolean onSpotInstances) {
            return valuation.cheapest(unit, place -> unused(place) && places.spot(place) == onSpotInstances);
        }

        private boolean unused(int place) {
            return used[kind.applyAsInt(places.site(place))] == 0;
        }

        Step cheapest(boolean keepingSpotShare) {
            Step best = Step.NONE;
            for (int unit = 0; unit < placeOf.length; unit++) {
                if (used[kind.applyAsInt(places.site(placeOf[unit]))] >= 2) {
                    best = better(best, unit, other, false);
                    if (!keepingSpotShare || keepsSpotShare(unit)) {
                        best = better(best, unit, spot, true);
                    }
                }
            }
            return best;
        }

        private Step better(Step best, int unit, int[] known, boolean onSpotInstances) {
            if (known[unit] == Fleet.NOWHERE || extra(unit, known[unit]) >= best.extra()) {
                return best;
            }
            if (!unused(known[unit])) {
                known[unit] = cheapest(unit, onSpotInstances);
            }
            int place = known[unit];
            if (units.hasRivals(unit)) {
                place = valuation.cheapest(
                        unit,
                        each -> unused(each) && places.spot(each) == onSpotInstances && !besideItsGroup(unit, each));
            }
            return place != Fleet.NOWHERE && extra(unit, place) < best.extra()
                    ? new Step(unit, place, extra(unit, place))
                    : best;
        }

        private double extra(int unit, int place) {
            return valuation.cost(unit, place) - valuation.cost(unit, placeOf[unit]);
        }
    }

    private void improve() {
        for (int sweep = 0; sweep < MOST_SWEEPS; sweep++) {
            boolean better = false;
            for (int one = 0; one < placeOf.length; one++) {
                better |= goesElsewhere(one);
                for (int other = one + 1; other < placeOf.length; other++) {
                    better |= bothGoElsewhere(one, other);
                }
            }
            if (!better) {
                return;
            }
        }
    }

    private boolean goesElsewhere(int unit) {
        int before = placeOf[unit];
        for (int place : units.permitted(unit)) {
            int now = placeOf[unit];
            int missing = missing();
            double extra = valuation.cost(unit, place) - valuation.cost(unit, now);
            if ((missing > 0 || extra < -EPSILON) && !besideItsGroup(unit, place)) {
                put(unit, place);
                if (!better(missing, extra)) {
                    put(unit, now);
                }
            }
        }
        return placeOf[unit] != before;
    }

    private boolean bothGoElsewhere(int one, int other) {
        int oneAt = placeOf[one];
        int otherAt = placeOf[other];
        int missing = missing();
        double now = valuation.cost(one, oneAt) + valuation.cost(other, otherAt);
        for (int oneTo : units.permitted(one)) {
            for (int otherTo : units.permitted(other)) {
                double extra = valuation.cost(one, oneTo) + valuation.cost(other, otherTo) - now;
                if (missing > 0 || extra < -EPSILON) {
                    put(one, oneTo);
                    put(other, otherTo);
                    if (!sharesItsSite(one) && !sharesItsSite(other) && better(missing, extra)) {
                        return true;
                    }
                    put(one, oneAt);
                    put(other, otherAt);
                }
            }
        }
        return false;
    }

    private boolean better(int missingBefore, double extra) {
        int missing = missing();
        return missing < missingBefore || missing == missingBefore && extra < -EPSILON;
    }

    private List<String> violations() {
        List<String> violations = new ArrayList<>();
        if (onSpot > allowedOnSpot) {
            violations.add("%d of %d VMs are on spot instances; %d may be, and no others are offered to the rest"
                    .formatted(onSpot, vms, allowedOnSpot));
        }
        few(violations, "clouds", limits.leastClouds(), distinct(used(site -> cloudOf[site])));
        few(violations, "sites", limits.leastSites(), distinct(used(site -> site)));
        return violations;
    }

    private void few(List<String> violations, String what, int least, int distinct) {
        if (distinct < Math.min(least, vms)) {
            violations.add("the VMs are at %d %s; %d are asked for, and the VMs are permitted no others"
                    .formatted(distinct, what, least));
        }
    }

    /** Whether it may be on a spot instance. */
    private boolean keepsSpotShare(int unit) {
        return places.spot(placeOf[unit]) || onSpot + units.size(unit) <= allowedOnSpot;
    }

    private void put(int unit, int place) {
        onSpot += (places.spot(place) ? units.size(unit) : 0) - (places.spot(placeOf[unit]) ? units.size(unit) : 0);
        placeOf[unit] = place;
    }

    /** Whether another unit of its group is at the site of {@code place}, which is not its own. */
    private boolean besideItsGroup(int unit, int place) {
        int site = places.site(place);
        return site != places.site(placeOf[unit]) && units.rivalAt(unit, site, placeOf, places);
    }

    private boolean sharesItsSite(int unit) {
        return units.rivalAt(unit, places.site(placeOf[unit]), placeOf, places);
    }

    /** How many units are at each kind of site. */
    private int[] used(IntUnaryOperator kind) {
        int[] used = new int[cloudOf.length];
        for (int place : placeOf) {
            used[kind.applyAsInt(places.site(place))]++;
        }
        return used;
    }

    private static int distinct(int[] used) {
        return (int) Arrays.stream(used).filter(count -> count > 0).count();
    }
}
