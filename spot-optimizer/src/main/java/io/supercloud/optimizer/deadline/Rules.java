package io.supercloud.optimizer.deadline;

/** What the published policies share. */
final class Rules {
    private Rules() {}

    /** The safety net of NSDI 2024, two changeovers before it is too late; a tick earlier, as ticks are decided ahead. */
    static boolean mayStayIdle(JobView view) {
        return view.timeLeftHours() - view.tickHours()
                >= view.workLeftHours() + 2 * view.job().changeoverHours();
    }

    /** The first zone that is up; idle where none is. */
    static Place firstUp(JobView view) {
        for (int zone = 0; zone < view.zones(); zone++) {
            if (view.up(zone)) {
                return new Place.Spot(zone);
            }
        }
        return Place.IDLE;
    }
}
