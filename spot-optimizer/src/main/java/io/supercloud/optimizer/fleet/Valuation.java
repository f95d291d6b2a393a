package io.supercloud.optimizer.fleet;

import java.util.function.IntPredicate;

/**
 * What counts for each unit in one try to plan.
 *
 * @param free the choices of those for which their moves count
 * @param forced the choices of those for which they do not
 * @param pressed by unit: whether its rent alone counts, not what its move costs nor what it gains
 */
record Valuation(Costs costs, Choices free, Choices forced, boolean[] pressed) {
    /** Dollars an hour of being at a permitted place. */
    double cost(int unit, int place) {
        return costs.cost(unit, place, pressed[unit]);
    }

    Choices choices(int unit) {
        return pressed[unit] ? forced : free;
    }

    /** Of a unit's places for which {@code good} holds; {@link Fleet#NOWHERE} where there is none. */
    int cheapest(int unit, IntPredicate good) {
        return costs.cheapest(unit, pressed[unit], good);
    }
}
