package io.supercloud.optimizer.deadline;

/** Lets one policy run one job on a market. */
public final class JobRun {
    static final double EPSILON_HOURS = 1e-9;

    /**
     * What a job came to.
     *
     * @param dollars that were paid
     * @param starts on an instance
     * @param met whether the work was done by the deadline
     */
    public record Account(double dollars, int starts, boolean met) {}

    private JobRun() {}

    /** Runs {@code job} from {@code startTick} on; the market must reach to its deadline. */
    public static Account of(SpotMarket market, Job job, JobPolicy policy, int startTick) {
        JobView view = new JobView(market, job, startTick);
        double dollars = 0;
        int starts = 0;
        while (view.workLeftHours() > EPSILON_HOURS && view.timeLeftHours() > EPSILON_HOURS) {
            view.preempt();
            Place next = policy.choose(view);
            if (next instanceof Place.Spot(int zone) && !view.up(zone)) {
                throw new IllegalStateException("%s starts in zone %d, which is not up".formatted(policy.name(), zone));
            }
            starts += next.equals(view.place()) || next instanceof Place.Idle ? 0 : 1;
            view.go(next);
            double price = switch (next) {
                case Place.Idle _ -> 0;
                case Place.OnDemand _ -> market.onDemandDollarsPerHour();
                case Place.Spot _ -> market.spotDollarsPerHour();
            };
            dollars += price * view.pass();
        }
        return new Account(dollars, starts, view.workLeftHours() <= EPSILON_HOURS);
    }
}
