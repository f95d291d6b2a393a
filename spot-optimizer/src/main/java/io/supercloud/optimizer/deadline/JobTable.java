package io.supercloud.optimizer.deadline;

/**
 * The expected cost of finishing a job, by backward induction over a {@link ZoneModel}. State space: (time left, work left
 * with what is left of a changeover, where the job is, the market's mood), in the model's steps; between grid points values
 * are interpolated. What cannot be finished in time costs a penalty for each hour that is missing, so the table is finite;
 * that deadlines are met is not left to it.
 */
final class JobTable {
    private static final double PENALTY_TIMES_ON_DEMAND = 10;
    private static final int ON_DEMAND = ZoneModel.MOODS;
    private static final int SPOT = 2 * ZoneModel.MOODS;
    private static final int ACTIONS = SPOT + ZoneModel.GRADES;

    private final ZoneModel model;
    private final double step;
    private final double penalty;
    private final double spotPrice;
    private final double onDemandPrice;
    private final double changeover;
    private final int times;
    private final int works;
    /** Cost to the end from doing an action for the coming step, by action, then time left and work left. */
    private final float[][] costs;

    JobTable(ZoneModel model, JobView view, double longestHours, double mostWorkHours) {
        this.model = model;
        this.step = model.stepHours();
        this.spotPrice = view.spotDollarsPerHour();
        this.onDemandPrice = view.onDemandDollarsPerHour();
        this.penalty = PENALTY_TIMES_ON_DEMAND * onDemandPrice * step;
        this.changeover = view.job().changeoverHours() / step;
        this.times = (int) Math.ceil(longestHours / step) + 2;
        this.works = (int) Math.ceil(mostWorkHours / step + changeover) + 3;
        this.costs = new float[ACTIONS][times * works];
        fill();
    }

    /** Dollars to the end from idling in {@code mood}. */
    double idle(int mood, double timeLeftHours, double workLeftHours) {
        return cost(mood, timeLeftHours, workLeftHours);
    }

    /** As {@link #idle}, from on-demand; of the changeover, what is left counts as work. */
    double onDemand(int mood, double timeLeftHours, double workLeftHours) {
        return cost(ON_DEMAND + mood, timeLeftHours, workLeftHours);
    }

    /** As {@link #onDemand}, from a spot instance in a zone of a grade. */
    double spot(int grade, double timeLeftHours, double workLeftHours) {
        return cost(SPOT + grade, timeLeftHours, workLeftHours);
    }

    private void fill() {
        double[][] best = new double[ACTIONS][works];
        double[][] next = new double[ACTIONS][works];
        double[][] action = new double[ACTIONS][works];
        for (double[] row : best) {
            for (int work = 0; work < works; work++) {
                row[work] = work * penalty;
            }
        }
        store(0, best);
        for (int time = 1; time < times; time++) {
            for (int mood = 0; mood < ZoneModel.MOODS; mood++) {
                idleOrOnDemand(mood, best, action);
            }
            for (int grade = 0; grade < ZoneModel.GRADES; grade++) {
                spot(grade, best, action[SPOT + grade]);
            }
            store(time, action);
            choose(action, next);
            double[][] old = best;
            best = next;
            next = old;
        }
    }

    private void store(int time, double[][] rows) {
        for (int action = 0; action < ACTIONS; action++) {
            for (int work = 0; work < works; work++) {
                costs[action][time * works + work] = (float) rows[action][work];
            }
        }
    }

    private void idleOrOnDemand(int mood, double[][] best, double[][] action) {
        for (int work = 1; work < works; work++) {
            double idle = 0;
            double onDemand = onDemandPrice * step;
            for (int next = 0; next < ZoneModel.MOODS; next++) {
                double chance = model.follows(mood, next);
                idle += chance * best[next][work];
                onDemand += chance * best[ON_DEMAND + next][work - 1];
            }
            action[mood][work] = idle;
            action[ON_DEMAND + mood][work] = onDemand;
        }
    }

    private void spot(int grade, double[][] best, double[] action) {
        double loss = 0;
        for (int mood = 0; mood < ZoneModel.MOODS; mood++) {
            loss += model.loses(grade, mood);
        }
        double done = model.doneBeforeLoss();
        double rent = spotPrice * step * (1 - loss * (1 - done));
        for (int work = 1; work < works; work++) {
            double cost = rent;
            for (int next = 0; next < ZoneModel.GRADES; next++) {
                cost += model.keeps(grade, next) * best[SPOT + next][work - 1];
            }
            for (int mood = 0; mood < ZoneModel.MOODS; mood++) {
                cost += model.loses(grade, mood) * (done * best[mood][work - 1] + (1 - done) * best[mood][work]);
            }
            action[work] = cost;
        }
    }

    private void choose(double[][] action, double[][] best) {
        for (int work = 1; work < works; work++) {
            for (int mood = 0; mood < ZoneModel.MOODS; mood++) {
                int grade = mood - ZoneModel.WAITS;
                double idle = action[mood][work];
                double stay = action[ON_DEMAND + mood][work];
                double onDemand = row(action[ON_DEMAND + mood], work + changeover);
                double spot = grade < 0 ? Double.POSITIVE_INFINITY : row(action[SPOT + grade], work + changeover);
                best[mood][work] = Math.min(idle, Math.min(onDemand, spot));
                best[ON_DEMAND + mood][work] = Math.min(stay, Math.min(idle, spot));
                if (grade >= 0) {
                    best[SPOT + grade][work] = Math.min(action[SPOT + grade][work], Math.min(idle, onDemand));
                }
            }
        }
    }

    private double cost(int action, double timeLeftHours, double workLeftHours) {
        double time = Math.clamp(timeLeftHours / step, 0, times - 1.0);
        int below = Math.min((int) time, times - 2);
        double part = time - below;
        double work = workLeftHours / step;
        return (1 - part) * stored(action, below, work) + part * stored(action, below + 1, work);
    }

    private double stored(int action, int time, double work) {
        int below = Math.min((int) work, works - 2);
        double part = work - below;
        float[] row = costs[action];
        int at = time * works + below;
        return part <= 1 ? row[at] * (1 - part) + row[at + 1] * part : row[at + 1] + (part - 1) * penalty;
    }

    private double row(double[] row, double work) {
        int below = Math.min((int) work, works - 2);
        double part = work - below;
        return part <= 1 ? row[below] * (1 - part) + row[below + 1] * part : row[below + 1] + (part - 1) * penalty;
    }
}
