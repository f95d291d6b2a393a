package io.supercloud.optimizer.fleet;

/**
 * For each unit, on its own, its cheapest place, the cheapest at another site than that, and the cheapest that is no spot
 * instance; of places that cost the same the first. A change of price looks again only at the units for whom the place was
 * one of these, or now is.
 */
final class Choices {
    private final Places places;
    private final Units units;
    private final Costs costs;
    private final boolean pressed;
    private final int[] first;
    private final int[] second;
    private final int[] offSpot;

    /** @param pressed whether the rent alone counts for all of them */
    Choices(Places places, Units units, Costs costs, boolean pressed) {
        this.places = places;
        this.units = units;
        this.costs = costs;
        this.pressed = pressed;
        first = new int[units.count()];
        second = new int[units.count()];
        offSpot = new int[units.count()];
        for (int unit = 0; unit < first.length; unit++) {
            chooseBoth(unit);
            chooseOffSpot(unit);
        }
    }

    /** After the costs at a place changed. */
    void reprice(int place) {
        for (int unit = 0; unit < first.length; unit++) {
            if (units.permits(unit, place)) {
                if (touched(unit, place, first[unit]) || touched(unit, place, second[unit])) {
                    chooseBoth(unit);
                }
                if (!places.spot(place) && touched(unit, place, offSpot[unit])) {
                    chooseOffSpot(unit);
                }
            }
        }
    }

    private boolean touched(int unit, int place, int chosen) {
        return chosen == place
                || chosen == Fleet.NOWHERE
                || costs.cost(unit, place, pressed) <= costs.cost(unit, chosen, pressed);
    }

    private void chooseBoth(int unit) {
        int best = Fleet.NOWHERE;
        int other = Fleet.NOWHERE;
        double least = Double.POSITIVE_INFINITY;
        double otherLeast = Double.POSITIVE_INFINITY;
        for (int place : units.permitted(unit)) {
            double cost = costs.cost(unit, place, pressed);
            if (cost >= otherLeast) {
                continue;
            }
            boolean elsewhere = best != Fleet.NOWHERE && places.site(place) != places.site(best);
            if (cost < least) {
                other = elsewhere ? best : other;
                otherLeast = elsewhere ? least : otherLeast;
                best = place;
                least = cost;
            } else if (elsewhere) {
                other = place;
                otherLeast = cost;
            }
        }
        first[unit] = best;
        second[unit] = other;
    }

    private void chooseOffSpot(int unit) {
        offSpot[unit] = costs.cheapest(unit, pressed, place -> !places.spot(place));
    }

    /** The cheapest place of a unit. */
    int place(int unit) {
        return first[unit];
    }

    /** The cheapest place at another site than {@code site}; {@link Fleet#NOWHERE} where it is permitted none. */
    int placeBeside(int unit, int site) {
        return places.site(first[unit]) == site ? second[unit] : first[unit];
    }

    /** The cheapest place that is no spot instance; {@link Fleet#NOWHERE} where there is none. */
    int offSpot(int unit) {
        return offSpot[unit];
    }
}
