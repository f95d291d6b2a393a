package io.supercloud.optimizer.chase;

import java.time.Duration;

/** Moves where today's difference of price, if it lasted for a given time, would pay for the move; so do many tools. */
public final class HorizonChaser implements TermChaser {
    private final Duration horizon;
    private final double hours;
    private Board board;

    public HorizonChaser(Duration horizon) {
        this.horizon = horizon;
        this.hours = horizon.toMillis() / PriceSeries.MILLIS_PER_HOUR;
    }

    @Override
    public String name() {
        return "horizon " + horizon;
    }

    @Override
    public void begin(Terms terms) {
        board = new Board(terms);
    }

    @Override
    public void changed(long millis, int place, double dollarsPerHour) {
        board.changed(place, dollarsPerHour);
    }

    @Override
    public double termHours(long millis, int source, int target) {
        return hours;
    }

    @Override
    public Board board() {
        return board;
    }
}
