package io.supercloud.optimizer.deadline;

/**
 * The value-of-progress policy of SkyNomad (arXiv 2601.06520, 2026). An hour of progress is worth V = on-demand price x
 * (share of work left) / (share of time left). Each candidate is judged by the value made during the life that is expected
 * of it (Nelson-Aalen estimate from the history of its zone, less the changeover) less its price; the present instance is
 * left only for one that is better by 0.05 of the on-demand price. Estimates are renewed every two hours; thrifty and safety net as in NSDI 2024.
 */
public final class SkyNomad implements JobPolicy {
    private static final double BETTER_BY = 0.05;
    private static final double RENEW_HOURS = 2;
    private static final double MAX_LIFE_HOURS = 60;

    private double[][] hazards = new double[0][];
    private int renewedAt = Integer.MIN_VALUE;

    @Override
    public String name() {
        return "skynomad";
    }

    @Override
    public Place choose(JobView view) {
        if (renewedAt == Integer.MIN_VALUE || (view.tick() - renewedAt) * view.tickHours() >= RENEW_HOURS) {
            renew(view);
        }
        boolean free = Rules.mayStayIdle(view);
        Place here = view.place();
        if (!free) {
            return here instanceof Place.Idle ? Place.ON_DEMAND : here;
        }
        double value = view.onDemandDollarsPerHour()
                * (view.workLeftHours() / view.job().workHours())
                / (view.timeLeftHours() / view.job().deadlineHours());
        Place best = Place.IDLE;
        double most = 0;
        double onDemand = net(view, Place.ON_DEMAND, view.workLeftHours() + overhead(view, Place.ON_DEMAND), value);
        if (onDemand > most) {
            best = Place.ON_DEMAND;
            most = onDemand;
        }
        for (int zone = 0; zone < view.zones(); zone++) {
            if (view.up(zone)) {
                Place spot = new Place.Spot(zone);
                double net = net(view, spot, life(view, zone), value);
                if (net > most) {
                    best = spot;
                    most = net;
                }
            }
        }
        return best;
    }

    /** Dollars an hour that a stay of so many hours is worth, with the bonus of the present place. */
    private static double net(JobView view, Place place, double hours, double value) {
        double price = place instanceof Place.OnDemand ? view.onDemandDollarsPerHour() : view.spotDollarsPerHour();
        double bonus = place.equals(view.place()) ? BETTER_BY * view.onDemandDollarsPerHour() : 0;
        return (value * Math.max(0, hours - overhead(view, place)) - price * hours) / hours + bonus;
    }

    private static double overhead(JobView view, Place place) {
        return place.equals(view.place())
                ? view.overheadLeftHours()
                : view.job().changeoverHours();
    }

    /** The life that is left to a zone of this age, as far as the job can use it. */
    private double life(JobView view, int zone) {
        int last = hazards[zone].length - 1;
        int age = (int) Math.round(view.ageHours(zone) / view.tickHours());
        double most = view.workLeftHours() + view.job().changeoverHours();
        double survival = 1;
        double hours = 0;
        for (int step = 0; step <= last && hours < most; step++) {
            hours += survival * view.tickHours();
            survival *= 1 - hazards[zone][Math.min(last, age + step)];
        }
        return Math.min(hours, most);
    }

    private void renew(JobView view) {
        renewedAt = view.tick();
        int ages = (int) Math.ceil(MAX_LIFE_HOURS / view.tickHours());
        hazards = new double[view.zones()][ages];
        for (int zone = 0; zone < hazards.length; zone++) {
            double[] ends = new double[ages];
            double[] risks = new double[ages];
            int age = -1;
            for (int tick = 0; tick < view.tick(); tick++) {
                boolean up = view.up(zone, tick);
                if (up) {
                    age = Math.min(age + 1, ages - 1);
                    risks[age]++;
                } else if (age >= 0) {
                    ends[age]++;
                    age = -1;
                }
            }
            for (int each = 0; each < ages; each++) {
                hazards[zone][each] = risks[each] == 0 ? 0 : Math.min(1, ends[each] / risks[each]);
            }
        }
    }
}
