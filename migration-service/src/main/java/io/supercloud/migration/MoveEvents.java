package io.supercloud.migration;

import io.supercloud.core.Event;
import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall.SwitchTimes;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** A move's transitions as events, the same whoever drives it. Pure. */
public final class MoveEvents {
    private MoveEvents() {}

    /** That a move has come to the state that it has now. */
    public static Event of(MoveRecord record, String driver, Instant now) {
        Map<String, String> details = new TreeMap<>(Map.of(
                "move", record.order().move().value(),
                "from", record.order().source().value(),
                "to", record.order().target().value(),
                "driver", driver));
        if (record.state() instanceof MoveState.Settled(MoveReport report)) {
            details.put("bytes", Long.toString(report.memoryBytes() + report.diskBytes()));
            details.put("totalMillis", Long.toString(report.totalMillis()));
        }
        return new Event(
                now, "move." + record.state().name(), record.order().vm().value(), sentence(record), details);
    }

    private static String sentence(MoveRecord record) {
        VmId vm = record.order().vm();
        HostId to = record.order().target();
        return switch (record.state()) {
            case MoveState.Planned ignored ->
                "VM %s is to move from %s to %s: %s"
                        .formatted(vm, record.order().source(), to, record.reason());
            case MoveState.Checked ignored ->
                "step 1: %s and %s fit each other".formatted(record.order().source(), to);
            case MoveState.Reserved ignored -> "step 2: %s has reserved what VM %s needs".formatted(to, vm);
            case MoveState.Warmed(long bytes) -> "step 3: %d KiB of the disk went ahead".formatted(bytes >> 10);
            case MoveState.Ready ignored -> "step 4: %s listens, its flows are acknowledged".formatted(to);
            case MoveState.Switched(SwitchTimes times, long bytes, StreamFigures ignored)
            when record.order().manner().kind() != MoveManner.Kind.LIVE ->
                "steps 5 to 7: %d MiB of memory went over, VM %s rests on %s now (disk %.0f ms, owner %.0f ms)"
                        .formatted(bytes >> 20, vm, to, times.volumeMillis(), times.ownerMillis());
            case MoveState.Switched(SwitchTimes times, long bytes, StreamFigures ignored) ->
                "steps 5 to 7: %d MiB of memory went over, VM %s stood still for %.0f ms (drain %.0f, device state %.0f, disk %.0f, owner %.0f, resume %.0f)"
                        .formatted(
                                bytes >> 20,
                                vm,
                                times.stoppedMillis(),
                                times.drainMillis(),
                                times.deviceStateMillis(),
                                times.volumeMillis(),
                                times.ownerMillis(),
                                times.resumeMillis());
            case MoveState.Settled(MoveReport report) ->
                "step 8: VM %s has settled on %s, %d ms in all".formatted(vm, to, report.totalMillis());
            case MoveState.Undoing(MoveState.Step at, String why) ->
                "step %d failed and is undone: %s".formatted(at.number(), why);
            case MoveState.Failed(MoveState.Step at, String why) ->
                "VM %s did not move: step %d: %s".formatted(vm, at.number(), why);
        };
    }
}
