package io.supercloud.optimizer.chase;

/**
 * Moves where today's difference of price, if it lasted for some times as long as prices of the two places have lasted so
 * far, would pay for the move: minutes where bids change, months where a catalogue does.
 */
public final class TempoChaser implements TermChaser {
    private final double times;
    private Board board;
    private int[] changes;
    private long beginMillis = Long.MIN_VALUE;

    /** @param times a price's mean life */
    public TempoChaser(double times) {
        this.times = times;
    }

    @Override
    public String name() {
        return "tempo " + times;
    }

    @Override
    public void begin(Terms terms) {
        board = new Board(terms);
        changes = new int[terms.places()];
    }

    @Override
    public void changed(long millis, int place, double dollarsPerHour) {
        if (beginMillis == Long.MIN_VALUE) {
            beginMillis = millis;
        }
        if (millis > beginMillis) {
            changes[place]++;
        }
        board.changed(place, dollarsPerHour);
    }

    @Override
    public double termHours(long millis, int source, int target) {
        double hours = (millis - beginMillis) / PriceSeries.MILLIS_PER_HOUR;
        return times * hours / (1 + Math.max(changes[source], changes[target]));
    }

    @Override
    public Board board() {
        return board;
    }
}
