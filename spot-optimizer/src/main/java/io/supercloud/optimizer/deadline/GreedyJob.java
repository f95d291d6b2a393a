package io.supercloud.optimizer.deadline;

/** Spot whenever it is there, nothing otherwise, and on-demand to the end when it must be: the greedy rule of NSDI 2024. */
public final class GreedyJob implements JobPolicy {
    @Override
    public String name() {
        return "greedy";
    }

    @Override
    public Place choose(JobView view) {
        if (!(view.place() instanceof Place.Idle)) {
            return view.place();
        }
        if (!Rules.mayStayIdle(view)) {
            return Place.ON_DEMAND;
        }
        return Rules.firstUp(view);
    }
}
