package io.supercloud.optimizer.chase;

import io.supercloud.core.InvalidValueException;
import java.time.Duration;

/**
 * What moving costs, and when a place is taken away.
 *
 * @param changeover how long a move takes; the VM runs at its old place meanwhile and both are paid for
 * @param bidTimesListPrice a spot place whose price exceeds this many times its list price is taken away; infinite for
 *     never; a place without a list price is never taken away
 * @param notice how long the VM may stay after that, at the price of the bid
 */
public record ChaseRules(Duration changeover, double bidTimesListPrice, Duration notice) {
    public ChaseRules {
        if (changeover.isNegative() || notice.isNegative() || !(bidTimesListPrice > 0)) {
            throw new InvalidValueException("a changeover of %s, a notice of %s and a bid of %s times the list price"
                            .formatted(changeover, notice, bidTimesListPrice)
                    + " cannot be: times are not negative, and a bid is above 0");
        }
    }
}
