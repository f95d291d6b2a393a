package io.supercloud.optimizer.deadline;

/**
 * Uniform Progress of "Can't Be Late" (Wu et al., NSDI 2024, section 4): keep pace with the straight line from nothing done
 * at the beginning to all done at the deadline. Its rules by their names there: thrifty, safety net, exploitation, take
 * risk, hysteresis. With several zones, the first that is up.
 */
public final class UniformProgress implements JobPolicy {
    private boolean safetyNet = false;

    @Override
    public String name() {
        return "uniform progress";
    }

    @Override
    public Place choose(JobView view) {
        if (view.place() instanceof Place.Spot || safetyNet) {
            return view.place();
        }
        Place up = Rules.firstUp(view);
        double done = view.job().workHours() - view.workLeftHours();
        if (view.place() instanceof Place.Idle) {
            if (!Rules.mayStayIdle(view)) {
                safetyNet = true;
                return Place.ON_DEMAND;
            }
            boolean behind = done < pace(view, view.elapsedHours()) - JobRun.EPSILON_HOURS;
            return up instanceof Place.Idle && behind ? Place.ON_DEMAND : up;
        }
        boolean ahead = done >= pace(view, view.elapsedHours() + 2 * view.job().changeoverHours());
        return ahead && up instanceof Place.Spot && Rules.mayStayIdle(view) ? up : Place.ON_DEMAND;
    }

    private static double pace(JobView view, double hours) {
        return hours * view.job().workHours() / view.job().deadlineHours();
    }
}
