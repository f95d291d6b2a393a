package io.supercloud.optimizer.fleet;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
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

    private final Fleet.Limits limits;
    private final Places places;
    private final Units units;
    private final int[] placeOf;
    private final int allowedOnSpot;
    private final int vms;
    private int onSpot = 0;

    /** What is known of the units. */
    interface Units {
        int count();

        /** How many VMs it has. */
        int size(int unit);

        int[] permitted(int unit);

        /** The other units of its group that is apart. */
        int[] rivals(int unit);

        /** Dollars an hour of being at a permitted place. */
        double cost(int unit, int place);
    }

    /** @param placeOf by unit; is changed */
    Placing(Fleet.Limits limits, Places places, Units units, int[] placeOf) {
        this.limits = limits;
        this.places = places;
        this.units = units;
        this.placeOf = placeOf;
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
        spread(limits.leastClouds(), this::cloud);
        spread(limits.leastSites(), site -> site);
        if (bound && (long) units.count() * places.count() <= FEW_CHOICES) {
            improve();
        }
        return violations();
    }

    /** By how much the limits are missed, in VMs, clouds and sites. */
    private int missing() {
        return Math.max(0, onSpot - allowedOnSpot)
                + Math.max(0, Math.min(limits.leastClouds(), vms) - distinct(used(this::cloud)))
                + Math.max(0, Math.min(limits.leastSites(), vms) - distinct(used(site -> site)));
    }

    private int cloud(int site) {
        return limits.clouds().isEmpty()
                ? 0
                : limits.clouds().indexOf(limits.clouds().get(site));
    }

    private record Step(int unit, int place, double extra) {
        static final Step NONE = new Step(Fleet.NOWHERE, Fleet.NOWHERE, Double.POSITIVE_INFINITY);
    }

    /** @param spread whether no cloud and no site may be left by its last unit */
    private void leaveSpot(boolean spread) {
        if (onSpot <= allowedOnSpot) {
            return;
        }
        List<Step> steps = new ArrayList<>();
        for (int unit = 0; unit < placeOf.length; unit++) {
            if (places.spot(placeOf[unit])) {
                int now = places.site(placeOf[unit]);
                Step best = Step.NONE;
                for (int place : units.permitted(unit)) {
                    double extra = (units.cost(unit, place) - units.cost(unit, placeOf[unit])) / units.size(unit);
                    if (!places.spot(place)
                            && extra < best.extra()
                            && (!spread || places.site(place) == now)
                            && !besideItsGroup(unit, place)) {
                        best = new Step(unit, place, extra);
                    }
                }
                steps.add(best);
            }
        }
        steps.removeIf(Step.NONE::equals);
        steps.sort(Comparator.comparingDouble(Step::extra).thenComparing(Step::unit));
        for (Step step : steps) {
            if (onSpot > allowedOnSpot && !besideItsGroup(step.unit(), step.place())) {
                put(step.unit(), step.place());
            }
        }
    }

    /** Until {@code least} kinds of sites are used: the cheapest move of a unit that leaves another behind to a kind that is not. */
    private void spread(int least, IntUnaryOperator kind) {
        int[] used = used(kind);
        for (int distinct = distinct(used); distinct < Math.min(least, vms); distinct++) {
            Step step = cheapestTo(used, kind, true);
            if (step.unit() < 0) {
                step = cheapestTo(used, kind, false);
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

    private Step cheapestTo(int[] used, IntUnaryOperator kind, boolean keepingSpotShare) {
        Step best = Step.NONE;
        for (int unit = 0; unit < placeOf.length; unit++) {
            if (used[kind.applyAsInt(places.site(placeOf[unit]))] < 2) {
                continue;
            }
            double now = units.cost(unit, placeOf[unit]);
            for (int place : units.permitted(unit)) {
                double extra = units.cost(unit, place) - now;
                if (used[kind.applyAsInt(places.site(place))] == 0
                        && extra < best.extra()
                        && (!keepingSpotShare || keepsSpotShare(unit, place))
                        && !besideItsGroup(unit, place)) {
                    best = new Step(unit, place, extra);
                }
            }
        }
        return best;
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
            double extra = units.cost(unit, place) - units.cost(unit, now);
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
        double now = units.cost(one, oneAt) + units.cost(other, otherAt);
        for (int oneTo : units.permitted(one)) {
            for (int otherTo : units.permitted(other)) {
                double extra = units.cost(one, oneTo) + units.cost(other, otherTo) - now;
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
        few(violations, "clouds", limits.leastClouds(), distinct(used(this::cloud)));
        few(violations, "sites", limits.leastSites(), distinct(used(site -> site)));
        return violations;
    }

    private void few(List<String> violations, String what, int least, int distinct) {
        if (distinct < Math.min(least, vms)) {
            violations.add("the VMs are at %d %s; %d are asked for, and the VMs are permitted no others"
                    .formatted(distinct, what, least));
        }
    }

    private boolean keepsSpotShare(int unit, int place) {
        return !places.spot(place) || places.spot(placeOf[unit]) || onSpot + units.size(unit) <= allowedOnSpot;
    }

    private void put(int unit, int place) {
        onSpot += (places.spot(place) ? units.size(unit) : 0) - (places.spot(placeOf[unit]) ? units.size(unit) : 0);
        placeOf[unit] = place;
    }

    /** Whether another unit of its group is at the site of {@code place}, which is not its own. */
    private boolean besideItsGroup(int unit, int place) {
        int site = places.site(place);
        return site != places.site(placeOf[unit]) && rivalAt(unit, site);
    }

    private boolean sharesItsSite(int unit) {
        return rivalAt(unit, places.site(placeOf[unit]));
    }

    private boolean rivalAt(int unit, int site) {
        for (int rival : units.rivals(unit)) {
            if (places.site(placeOf[rival]) == site) {
                return true;
            }
        }
        return false;
    }

    /** How many units are at each kind of site. */
    private int[] used(IntUnaryOperator kind) {
        int[] used = new int[places.site(places.count() - 1) + 1];
        for (int place : placeOf) {
            used[kind.applyAsInt(places.site(place))]++;
        }
        return used;
    }

    private static int distinct(int[] used) {
        return (int) Arrays.stream(used).filter(count -> count > 0).count();
    }
}
