package io.supercloud.optimizer.chase;

import java.util.List;

/**
 * What a chase came to.
 *
 * @param rentDollars all rent, that of both places during moves included
 * @param egressDollars for what the moves sent
 * @param moves that were completed
 * @param upMillis how long the VM ran
 * @param downMillis how long it did not
 * @param stays where it was, in order
 */
public record ChaseAccount(
        double rentDollars, double egressDollars, int moves, long upMillis, long downMillis, List<Stay> stays) {
    /** The VM came to {@code place} at {@code sinceMillis}; {@link Chaser#NOWHERE} where it was lost. */
    public record Stay(int place, long sinceMillis) {}

    public ChaseAccount {
        stays = List.copyOf(stays);
    }

    public double dollars() {
        return rentDollars + egressDollars;
    }

    /** Dollars for each hour that the VM ran: what runs are compared by where some of them are down at times. */
    public double dollarsPerHourUp() {
        return dollars() / (upMillis / PriceSeries.MILLIS_PER_HOUR);
    }

    /** The share of time, 0 to 1, that the VM ran. */
    public double availability() {
        return (double) upMillis / (upMillis + downMillis);
    }
}
