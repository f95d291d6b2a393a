package io.supercloud.optimizer.deadline;

/** What a policy sees of a market and of its job: all up to now, and nothing after. */
public final class JobView {
    /** How far back the age of a state is looked at. */
    private static final double MAX_AGE_HOURS = 8;

    private final SpotMarket market;
    private final Job job;
    private final int startTick;
    private int tick;
    private double workLeft;
    private double overheadLeft = 0;
    private Place place = Place.IDLE;

    JobView(SpotMarket market, Job job, int startTick) {
        this.market = market;
        this.job = job;
        this.startTick = startTick;
        this.tick = startTick;
        this.workLeft = job.workHours();
    }

    public Job job() {
        return job;
    }

    public int zones() {
        return market.zones().size();
    }

    public double tickHours() {
        return market.tickHours();
    }

    public double spotDollarsPerHour() {
        return market.spotDollarsPerHour();
    }

    public double onDemandDollarsPerHour() {
        return market.onDemandDollarsPerHour();
    }

    /** The current tick; ticks count from the begin of the recording, before the job's. */
    public int tick() {
        return tick;
    }

    /** @throws IllegalArgumentException for a tick that is still to come */
    public boolean up(int zone, int atTick) {
        if (atTick > tick) {
            throw new IllegalArgumentException("tick %d is in the future of tick %d".formatted(atTick, tick));
        }
        return market.up(zone, atTick);
    }

    public boolean up(int zone) {
        return market.up(zone, tick);
    }

    /** For how long the zone has been as it is, at most some hours; so long also where the recording began so. */
    public double ageHours(int zone) {
        boolean state = up(zone);
        int most = (int) (MAX_AGE_HOURS / tickHours());
        int age = 0;
        while (age < most && (tick - age - 1 < 0 || market.up(zone, tick - age - 1) == state)) {
            age++;
        }
        return age * tickHours();
    }

    public double workLeftHours() {
        return workLeft;
    }

    public double timeLeftHours() {
        return job.deadlineHours() - elapsedHours();
    }

    public double elapsedHours() {
        return (tick - startTick) * tickHours();
    }

    /** What is left of the changeover to the present place. */
    public double overheadLeftHours() {
        return overheadLeft;
    }

    public Place place() {
        return place;
    }

    /** Whether on-demand can still meet the deadline after a tick in which {@code done} hours of work are done. */
    boolean safeAfterTick(double done) {
        return timeLeftHours() - tickHours() >= workLeft - done + job.changeoverHours() - JobRun.EPSILON_HOURS;
    }

    /** Whether it can, should a spot instance be started now and be lost with the tick's end. */
    boolean safeToStart() {
        return safeAfterTick(Math.max(0, tickHours() - job.changeoverHours()));
    }

    /** Whether it can, should the present spot instance be lost with the tick's end. */
    boolean safeToGoOn() {
        return safeAfterTick(Math.max(0, tickHours() - overheadLeft));
    }

    void go(Place next) {
        if (!next.equals(place)) {
            place = next;
            overheadLeft = next instanceof Place.Idle ? 0 : job.changeoverHours();
        }
    }

    void preempt() {
        if (place instanceof Place.Spot(int zone) && !up(zone)) {
            place = Place.IDLE;
            overheadLeft = 0;
        }
    }

    /** Lets one tick pass; returns for how long the instance was paid. */
    double pass() {
        double length = Math.min(tickHours(), timeLeftHours());
        double paid = 0;
        if (!(place instanceof Place.Idle)) {
            double overhead = Math.min(overheadLeft, length);
            double work = Math.min(length - overhead, workLeft);
            paid = work >= workLeft - JobRun.EPSILON_HOURS ? overhead + work : length;
            overheadLeft -= overhead;
            workLeft -= work;
        }
        tick++;
        return paid;
    }
}
