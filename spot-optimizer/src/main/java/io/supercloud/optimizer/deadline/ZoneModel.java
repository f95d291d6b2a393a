package io.supercloud.optimizer.deadline;

/**
 * What a history of zones says about their future: a semi-Markov model in steps of about ten minutes.
 *
 * <p>Spot instances that have lived long live longer, so a zone's hazard depends on its age, in three classes, learned for
 * each zone with that of all zones as prior. The best zone that is up is good, middling or bad by its hazard; where none is
 * up, it matters for how long none has been. These are the six moods of the market ({@link #MOODS}): 0 to 2 none is up, the
 * longest last; 3 to 5 the best is bad, middling, good. Without history the model is that of a market whose zones live for
 * hours; the weight of that prior is a few observations.
 */
final class ZoneModel {
    static final int MOODS = 6;
    static final int CLASSES = 3;

    private static final double STEP_HOURS = 0.16;
    private static final double[] AGE_HOURS = {0.4, 2};
    private static final double BAD_PER_HOUR = 0.9;
    private static final double GOOD_PER_HOUR = 0.3;
    private static final double PRIOR_WEIGHT = 2;
    private static final double CHAIN_WEIGHT = 8;
    private static final double[] PRIOR_LOSS_PER_HOUR = {1.5, 0.5, 0.12};
    private static final double[] PRIOR_RETURN_PER_HOUR = {1.6, 0.6, 0.25};
    private static final double[] PRIOR_AGING_PER_HOUR = {2.2, 0.65, 0};
    private static final double PRIOR_OTHER_ZONE = 0.3;

    private final int stepTicks;
    private final double stepHours;
    private final double[][] hazards;
    private final double[][] moods = new double[MOODS][MOODS];
    private final double[][] kept = new double[CLASSES][CLASSES];
    private final double[][] lost = new double[CLASSES][MOODS];

    private ZoneModel(int zones, double tickHours) {
        stepTicks = Math.max(1, (int) Math.round(STEP_HOURS / tickHours));
        stepHours = stepTicks * tickHours;
        hazards = new double[zones][CLASSES];
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
        return ageClass(hours);
    }

    /** 0 bad, 1 middling, 2 good. */
    static int grade(double hazard) {
        return hazard > BAD_PER_HOUR ? 0 : hazard > GOOD_PER_HOUR ? 1 : 2;
    }

    private static int ageClass(double hours) {
        return hours < AGE_HOURS[0] ? 0 : hours < AGE_HOURS[1] ? 1 : 2;
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
        double[][] losses = new double[ages.length][CLASSES];
        double[][] hours = new double[ages.length][CLASSES];
        double[] allLosses = new double[CLASSES];
        double[] allHours = new double[CLASSES];
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
        for (int age = 0; age < CLASSES; age++) {
            double pooled = (allLosses[age] + PRIOR_WEIGHT) / (allHours[age] + PRIOR_WEIGHT / PRIOR_LOSS_PER_HOUR[age]);
            for (int zone = 0; zone < ages.length; zone++) {
                hazards[zone][age] = (losses[zone][age] + PRIOR_WEIGHT) / (hours[zone][age] + PRIOR_WEIGHT / pooled);
            }
        }
    }

    private void setPrior() {
        double other = hazards.length == 1 ? 0 : PRIOR_OTHER_ZONE;
        for (int age = 0; age < CLASSES; age++) {
            double back = 1 - Math.exp(-PRIOR_RETURN_PER_HOUR[age] * stepHours);
            double loss = 1 - Math.exp(-PRIOR_LOSS_PER_HOUR[age] * stepHours);
            double aging = Math.min(1, PRIOR_AGING_PER_HOUR[age] * stepHours);
            int older = Math.min(age + 1, CLASSES - 1);
            moods[age][CLASSES] += CHAIN_WEIGHT * back;
            moods[age][age] += CHAIN_WEIGHT * (1 - back) * (1 - aging);
            moods[age][older] += CHAIN_WEIGHT * (1 - back) * aging;
            moods[CLASSES + age][0] += CHAIN_WEIGHT * loss;
            moods[CLASSES + age][CLASSES + age] += CHAIN_WEIGHT * (1 - loss) * (1 - aging);
            moods[CLASSES + age][CLASSES + older] += CHAIN_WEIGHT * (1 - loss) * aging;
            kept[age][age] += CHAIN_WEIGHT * (1 - loss) * (1 - aging);
            kept[age][older] += CHAIN_WEIGHT * (1 - loss) * aging;
            lost[age][0] += CHAIN_WEIGHT * loss * (1 - other);
            lost[age][CLASSES] += CHAIN_WEIGHT * loss * other;
        }
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
                    : CLASSES + grade(hazard(best[tick], ages[best[tick]][tick] * tickHours));
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
                    lost[mood[tick] - CLASSES][mood[loss]] += weight;
                } else {
                    double later = hazard(best[tick], own[tick + stepTicks] * tickHours);
                    kept[mood[tick] - CLASSES][grade(later)] += weight;
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
        for (int grade = 0; grade < CLASSES; grade++) {
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
