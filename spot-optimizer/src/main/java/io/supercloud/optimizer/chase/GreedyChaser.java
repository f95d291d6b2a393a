package io.supercloud.optimizer.chase;

/** Goes to the cheapest place as soon as another is cheaper, whatever the move costs. */
public final class GreedyChaser implements Chaser {
    private Board board;

    @Override
    public String name() {
        return "greedy";
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
        int cheapest = board.cheapestBut(leaving ? here : NOWHERE);
        if (cheapest == NOWHERE) {
            return here;
        }
        return here == NOWHERE || leaving || board.price(cheapest) < board.price(here) ? cheapest : here;
    }
}
