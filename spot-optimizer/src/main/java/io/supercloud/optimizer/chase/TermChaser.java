package io.supercloud.optimizer.chase;

/** Moves where today's difference of price, if it lasted for a term, would pay for the move. What the term is, is its own. */
interface TermChaser extends Chaser {
    /** For how long a difference of price between two places counts, in hours. */
    double termHours(long millis, int source, int target);

    /** The prices of now. */
    Board board();

    @Override
    default int choose(long millis, int here, boolean leaving) {
        if (here == NOWHERE || leaving) {
            int cheapest = board().cheapestBut(here);
            return cheapest == NOWHERE ? here : cheapest;
        }
        return board().bestGain(
                        here,
                        (source, target) ->
                                (board().price(source) - board().price(target)) * termHours(millis, source, target));
    }
}
