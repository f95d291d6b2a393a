package io.supercloud.optimizer.deadline;

/**
 * What a history of zones says about their future: a semi-Markov model in steps of about ten minutes.
 *
 * <p>Spot instances that have lived long live longer, so a zone's hazard depends on its age, in classes, learned for
 * each zone with that of all zones as prior. The best zone that is up is of a grade by its hazard; where none is up, it matters
 * for how long none has been. These are the moods of the market ({@link #MOODS}): in the first {@link #WAITS} none is up, the
 * longest last; in the others the best is of one of the {@link #GRADES}, the one that lives longest last.
 * Without history the model is that of a market whose zones live for hours; the weight of that prior is a few observations.
 */
final class ZoneModel {
    /** Of times for which no zone has been up. */
    static final int WAITS = 3;
    /** Of zones that are up, by their hazard. */
    static final int GRADES = 5;

    static final int MOODS = WAITS + GRADES;

    private static final double STEP_HOURS = 0.16;
    /** The upper ends of the classes but the last; each is three times the one before, as hazards fall with age. */
    private static final double[] AGE_HOURS = {0.25, 0.75, 2.25, 6.75};

    private static final int AGES = AGE_HOURS.length + 1;

    private static final double[] WAIT_HOURS = {0.4, 2};
    /** Above such a hazard a zone is of the first grade, the second, and so on; each is a third of the one before. */
    private static final double[] HAZARDS_PER_HOUR = {2.4, 0.8, 0.27, 0.09};

    private static final double PRIOR_WEIGHT = 2;
    private static final double CHAIN_WEIGHT = 8;
    private static final double[] PRIOR_LOSS_PER_HOUR = {2, 1, 0.5, 0.2, 0.08};
    private static final double[] PRIOR_AGING_PER_HOUR = {4, 2, 0.65, 0.22, 0};
    private static final double[] PRIOR_RETURN_PER_HOUR = {1.6, 0.6, 0.25};
    private static final double[] PRIOR_WAITING_PER_HOUR = {2.2, 0.65, 0};
    private static final double PRIOR_OTHER_ZONE = 0.3;

    private final int stepTicks;
    private final double stepHours;
    private final double[][] hazards;
    private final double[][] moods = new double[MOODS][MOODS];
    private final double[][] kept = new double[GRADES][GRADES];
    private final double[][] lost = new double[GRADES][MOODS];

    private ZoneModel(int zones, double tickHours) {
        stepTicks = Math.max(1, (int) Math.round(STEP_HOURS / tickHours));
        stepHours = stepTicks * tickHours;
        hazards = new double[zones][AGES];
    }

    /** The model that the ticks before {@code end}, which must be past, give. */
    static ZoneModel learn(JobView view, int end) {
        ZoneModel model = new ZoneModel(view.zones(), view.tickHours());
        int[][] ages = ages(view, end);
        model.learnHazards(ages, view.tickHours());
        model.setPrior();
        model.count(ages, view.tickHours());
        model.normalise();
        return model;
    }

    double stepHours() {
        return stepHours;
    }

    /**
     * The share of a step that an instance which is lost within it has done by then, on average: it is lost at the end of one
     * of the step's ticks.
     */
    double doneBeforeLoss() {
        return (stepTicks + 1) / (2.0 * stepTicks);
    }

    /** Losses per hour of a zone that has been up for so long. */
    double hazard(int zone, double ageHours) {
        return hazards[zone][ageClass(ageHours)];
    }

    /** The chance that one mood follows another a step later. */
    double follows(int mood, int next) {
        return moods[mood][next];
    }

    /** The chance that an instance in a zone of one class is kept for a step and its zone is then of another. */
    double keeps(int grade, int next) {
        return kept[grade][next];
    }

    /** The chance that an instance in a zone of a class is lost within a step, the market then being in a mood. */
    double loses(int grade, int mood) {
        return lost[grade][mood];
    }

    static int noneUp(double hours) {
        return below(WAIT_HOURS, hours);
    }

    /** From 0, where it is lost soonest. */
    static int grade(double hazard) {
        int grade = 0;
        while (grade < HAZARDS_PER_HOUR.length && hazard <= HAZARDS_PER_HOUR[grade]) {
            grade++;
        }
        return grade;
    }

    private static int ageClass(double hours) {
        return below(AGE_HOURS, hours);
    }

    private static int below(double[] ends, double hours) {
        int at = 0;
        while (at < ends.length && hours >= ends[at]) {
            at++;
        }
        return at;
    }

    /** For how many ticks each zone had been up at each tick; -1 where it was down. */
    private static int[][] ages(JobView view, int end) {
        int[][] ages = new int[view.zones()][end];
        for (int zone = 0; zone < ages.length; zone++) {
            int age = (int) (1 / view.tickHours());
            for (int tick = 0; tick < end; tick++) {
                age = view.up(zone, tick) ? age + 1 : -1;
                ages[zone][tick] = age;
            }
        }
        return ages;
    }

    private void learnHazards(int[][] ages, double tickHours) {
        double[][] losses = new double[ages.length][AGES];
        double[][] hours = new double[ages.length][AGES];
        double[] allLosses = new double[AGES];
        double[] allHours = new double[AGES];
        for (int zone = 0; zone < ages.length; zone++) {
            for (int tick = 0; tick + 1 < ages[zone].length; tick++) {
                if (ages[zone][tick] >= 0) {
                    int age = ageClass(ages[zone][tick] * tickHours);
                    int loss = ages[zone][tick + 1] < 0 ? 1 : 0;
                    hours[zone][age] += tickHours;
                    losses[zone][age] += loss;
                    allHours[age] += tickHours;
                    allLosses[age] += loss;
                }
            }
        }
        for (int age = 0; age < AGES; age++) {
            double pooled = (allLosses[age] + PRIOR_WEIGHT) / (allHours[age] + PRIOR_WEIGHT / PRIOR_LOSS_PER_HOUR[age]);
            for (int zone = 0; zone < ages.length; zone++) {
                hazards[zone][age] = (losses[zone][age] + PRIOR_WEIGHT) / (hours[zone][age] + PRIOR_WEIGHT / pooled);
            }
        }
    }

    private void setPrior() {
        for (int wait = 0; wait < WAITS; wait++) {
            double back = chance(PRIOR_RETURN_PER_HOUR[wait]);
            double waiting = Math.min(1, PRIOR_WAITING_PER_HOUR[wait] * stepHours);
            moods[wait][WAITS] += CHAIN_WEIGHT * back;
            moods[wait][wait] += CHAIN_WEIGHT * (1 - back) * (1 - waiting);
            moods[wait][Math.min(wait + 1, WAITS - 1)] += CHAIN_WEIGHT * (1 - back) * waiting;
        }
        double other = hazards.length == 1 ? 0 : PRIOR_OTHER_ZONE;
        for (int grade = 0; grade < GRADES; grade++) {
            double loss = chance(PRIOR_LOSS_PER_HOUR[grade]);
            double aging = Math.min(1, PRIOR_AGING_PER_HOUR[grade] * stepHours);
            int older = Math.min(grade + 1, GRADES - 1);
            moods[WAITS + grade][0] += CHAIN_WEIGHT * loss;
            moods[WAITS + grade][WAITS + grade] += CHAIN_WEIGHT * (1 - loss) * (1 - aging);
            moods[WAITS + grade][WAITS + older] += CHAIN_WEIGHT * (1 - loss) * aging;
            kept[grade][grade] += CHAIN_WEIGHT * (1 - loss) * (1 - aging);
            kept[grade][older] += CHAIN_WEIGHT * (1 - loss) * aging;
            lost[grade][0] += CHAIN_WEIGHT * loss * (1 - other);
            lost[grade][WAITS] += CHAIN_WEIGHT * loss * other;
        }
    }

    /** That something that comes so often comes within a step. */
    private double chance(double perHour) {
        return 1 - Math.exp(-perHour * stepHours);
    }

    private void count(int[][] ages, double tickHours) {
        int end = ages[0].length;
        int[] best = new int[end];
        int[] mood = new int[end];
        int none = (int) (1 / tickHours);
        for (int tick = 0; tick < end; tick++) {
            best[tick] = best(ages, tick, tickHours);
            none = best[tick] < 0 ? none + 1 : -1;
            mood[tick] = best[tick] < 0
                    ? noneUp(none * tickHours)
                    : WAITS + grade(hazard(best[tick], ages[best[tick]][tick] * tickHours));
        }
        double weight = 1.0 / stepTicks;
        for (int tick = 0; tick + stepTicks < end; tick++) {
            moods[mood[tick]][mood[tick + stepTicks]] += weight;
            if (best[tick] >= 0) {
                int[] own = ages[best[tick]];
                int loss = tick + 1;
                while (loss <= tick + stepTicks && own[loss] >= 0) {
                    loss++;
                }
                if (loss <= tick + stepTicks) {
                    lost[mood[tick] - WAITS][mood[loss]] += weight;
                } else {
                    double later = hazard(best[tick], own[tick + stepTicks] * tickHours);
                    kept[mood[tick] - WAITS][grade(later)] += weight;
                }
            }
        }
    }

    private int best(int[][] ages, int tick, double tickHours) {
        int best = -1;
        for (int zone = 0; zone < ages.length; zone++) {
            if (ages[zone][tick] >= 0
                    && (best < 0
                            || hazard(zone, ages[zone][tick] * tickHours)
                                    < hazard(best, ages[best][tick] * tickHours))) {
                best = zone;
            }
        }
        return best;
    }

    private void normalise() {
        for (double[] row : moods) {
            scale(1 / sum(row), row);
        }
        for (int grade = 0; grade < GRADES; grade++) {
            double factor = 1 / (sum(kept[grade]) + sum(lost[grade]));
            scale(factor, kept[grade]);
            scale(factor, lost[grade]);
        }
    }

    private static double sum(double[] row) {
        double sum = 0;
        for (double each : row) {
            sum += each;
        }
        return sum;
    }

    private static void scale(double factor, double[] row) {
        for (int i = 0; i < row.length; i++) {
            row[i] *= factor;
        }
    }
}
