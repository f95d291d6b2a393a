package io.supercloud.optimizer.deadline;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Ours: learns from the history of the zones, once a day and oftener in its first week, how long spot instances live and how soon they come back
 * ({@link ZoneModel}), plans the cheapest way to finish in time under that model ({@link JobTable}), and does at each tick
 * what is cheapest by the plan among what is safe. Safe is what leaves on-demand time enough to meet the deadline, whatever
 * the coming tick brings; so a deadline that on-demand could meet is met however wrong the model is.
 */
public final class PlannedProgress implements JobPolicy {
    private static final double LEARN_HOURS = 24;
    /** In the first week a day more changes much of what is known. */
    private static final double FIRST_LEARN_HOURS = 6;

    private static final double FIRST_HOURS = 7 * 24;
    private static final double EPSILON_DOLLARS = 1e-9;

    private final Tables tables;
    /** In hours of the recording: the same times for all jobs on a market. */
    private int lastLesson = -1;

    private Learned learned;

    private record Learned(ZoneModel model, JobTable table) {}

    /** The last tables, for the runs of many jobs on one market, of at most a given size; not for several threads. */
    public static final class Tables {
        private static final int MAX = 24;

        private final double longestHours;
        private final double mostWorkHours;
        private final Map<String, Learned> last = new LinkedHashMap<>(MAX, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Learned> eldest) {
                return size() > MAX;
            }
        };

        public Tables(double longestHours, double mostWorkHours) {
            this.longestHours = longestHours;
            this.mostWorkHours = mostWorkHours;
        }

        private Learned learned(JobView view, int end) {
            return last.computeIfAbsent("%d %s".formatted(end, view.job().changeoverHours()), _ -> {
                ZoneModel model = ZoneModel.learn(view, end);
                return new Learned(model, new JobTable(model, view, longestHours, mostWorkHours));
            });
        }
    }

    public PlannedProgress(Tables tables) {
        this.tables = tables;
    }

    @Override
    public String name() {
        return "ours";
    }

    @Override
    public Place choose(JobView view) {
        learn(view);
        ZoneModel model = learned.model();
        JobTable table = learned.table();
        int best = -1;
        double least = Double.POSITIVE_INFINITY;
        for (int zone = 0; zone < view.zones(); zone++) {
            double hazard = view.up(zone) ? model.hazard(zone, view.ageHours(zone)) : Double.POSITIVE_INFINITY;
            if (hazard < least) {
                best = zone;
                least = hazard;
            }
        }
        int mood = best < 0 ? ZoneModel.noneUp(noneHours(view)) : ZoneModel.WAITS + ZoneModel.grade(least);
        double time = view.timeLeftHours();
        double work = view.workLeftHours();
        double started = work + view.job().changeoverHours();
        double goingOn = work + view.overheadLeftHours();
        Place choice = Place.ON_DEMAND;
        double cost = table.onDemand(mood, time, view.place() instanceof Place.OnDemand ? goingOn : started);
        if (view.safeAfterTick(0)) {
            double idle = table.idle(mood, time, work);
            choice = idle < cost ? Place.IDLE : choice;
            cost = Math.min(idle, cost);
        }
        if (view.place() instanceof Place.Spot(int zone)) {
            int grade = ZoneModel.grade(model.hazard(zone, view.ageHours(zone)));
            boolean better = table.spot(grade, time, goingOn) <= cost + EPSILON_DOLLARS;
            return better && view.safeToGoOn() ? view.place() : choice;
        }
        boolean better = best >= 0 && table.spot(ZoneModel.grade(least), time, started) < cost - EPSILON_DOLLARS;
        return better && view.safeToStart() ? new Place.Spot(best) : choice;
    }

    private void learn(JobView view) {
        double hours = view.tick() * view.tickHours();
        double interval = hours < FIRST_HOURS ? FIRST_LEARN_HOURS : LEARN_HOURS;
        int lesson = (int) (Math.floor(hours / interval) * interval);
        if (lesson != lastLesson) {
            lastLesson = lesson;
            learned = tables.learned(view, Math.min(view.tick(), (int) (lesson / view.tickHours())));
        }
    }

    /** For how long no zone has been up. */
    private static double noneHours(JobView view) {
        double hours = Double.POSITIVE_INFINITY;
        for (int zone = 0; zone < view.zones(); zone++) {
            hours = Math.min(hours, view.ageHours(zone));
        }
        return hours;
    }
}
