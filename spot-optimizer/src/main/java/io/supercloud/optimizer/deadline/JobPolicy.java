package io.supercloud.optimizer.deadline;

/** Where a job should run, decided at each tick. Implementations know nothing but what they are shown. */
public interface JobPolicy {
    /** What it is called in tables. */
    String name();

    /** The place for the coming tick: the present one, idle, on-demand, or a zone that is up. */
    Place choose(JobView view);
}
