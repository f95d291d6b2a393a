package io.supercloud.optimizer.deadline;

/** Where a job may run. */
public sealed interface Place {
    /** Nowhere: nothing is paid, nothing is done. */
    record Idle() implements Place {}

    /** On an on-demand instance, which nobody takes away. */
    record OnDemand() implements Place {}

    /** On a spot instance. */
    record Spot(int zone) implements Place {}

    Place IDLE = new Idle();
    Place ON_DEMAND = new OnDemand();
}
