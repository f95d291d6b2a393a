package io.supercloud.optimizer.chase;

/**
 * A policy that chases prices. It is told of every change in the order of time, first of those before the VM was there, and
 * knows nothing else of the market. Implementations are pure functions of what they were told.
 */
public interface Chaser {
    /** A place that is none: the VM is nowhere. */
    int NOWHERE = -1;

    /** A time that does not come. */
    long NEVER = Long.MAX_VALUE;

    /** What is known of the market without its prices. */
    interface Terms {
        int places();

        /** How long a move takes, both places being paid for. */
        long changeoverMillis();

        /** Dollars for what a move from {@code source} to {@code target} sends. */
        double egressDollars(int source, int target);

        /** A price above this takes the place away. */
        double bidDollarsPerHour(int place);
    }

    /** What it is called in tables. */
    String name();

    /** Called once, before all else. */
    void begin(Terms terms);

    /** From {@code millis} on {@code place} costs {@code dollarsPerHour}. */
    void changed(long millis, int place, double dollarsPerHour);

    /**
     * Where the VM should go, or {@code here} for staying. Asked after each change and when {@link #askAgainMillis} says,
     * whenever no move is under way.
     *
     * @param here where the VM is, or {@link #NOWHERE}
     * @param leaving whether the place is being taken away
     */
    int choose(long millis, int here, boolean leaving);

    /** When it wants to be asked again after its last answer, should no price change before; {@link #NEVER} if not at all. */
    default long askAgainMillis() {
        return NEVER;
    }
}
