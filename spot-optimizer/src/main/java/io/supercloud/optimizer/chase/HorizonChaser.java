package io.supercloud.optimizer.chase;

import java.time.Duration;

/** Moves where today's difference of price, if it lasted for a given time, would pay for the move; so do many tools. */
public final class HorizonChaser implements Chaser {
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
    public int choose(long millis, int here, boolean leaving) {
        if (here == NOWHERE || leaving) {
            int cheapest = board.cheapestBut(here);
            return cheapest == NOWHERE ? here : cheapest;
        }
        return board.bestGain(here, (source, target) -> (board.price(source) - board.price(target)) * hours);
    }
}
