package io.supercloud.migration;

import io.supercloud.migration.HostCall.MoveOrder;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A move as the journal has it.
 *
 * @param reason why the VM moves, for people
 * @param forecast from step 1 on, where one could be made
 * @param cancelled whether somebody has asked for its end; heard in every step before the owner change
 * @param trail each state that it has had, and when, oldest first; the last is {@code state}
 */
public record MoveRecord(
        MoveOrder order,
        String reason,
        Instant begun,
        Optional<MoveForecast> forecast,
        boolean cancelled,
        List<Entered> trail,
        MoveState state) {

    /** @param state the name that {@link MoveState#name} gives */
    public record Entered(String state, Instant at) {}

    /** A move that has just been thought of. */
    public static MoveRecord planned(MoveOrder order, String reason, Instant now) {
        MoveState state = new MoveState.Planned();
        return new MoveRecord(
                order, reason, now, Optional.empty(), false, List.of(new Entered(state.name(), now)), state);
    }

    MoveRecord expecting(Optional<MoveForecast> found) {
        return new MoveRecord(order, reason, begun, found, cancelled, trail, state);
    }

    MoveRecord cancelling() {
        return new MoveRecord(order, reason, begun, forecast, true, trail, state);
    }

    MoveRecord entering(MoveState next, Instant now) {
        List<Entered> longer = Stream.concat(trail.stream(), Stream.of(new Entered(next.name(), now)))
                .toList();
        return new MoveRecord(order, reason, begun, forecast, cancelled, longer, next);
    }
}
