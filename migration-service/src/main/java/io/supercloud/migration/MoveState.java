package io.supercloud.migration;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.supercloud.migration.HostCall.Armed;
import io.supercloud.migration.HostCall.SwitchTimes;
import java.util.Locale;

/**
 * How far a move has come. Each state carries what the next step needs and is written to the journal before that step
 * begins, so that any manager can go on from it.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "state")
@JsonSubTypes({
    @JsonSubTypes.Type(value = MoveState.Planned.class, name = "planned"),
    @JsonSubTypes.Type(value = MoveState.Checked.class, name = "checked"),
    @JsonSubTypes.Type(value = MoveState.Reserved.class, name = "reserved"),
    @JsonSubTypes.Type(value = MoveState.Warmed.class, name = "warmed"),
    @JsonSubTypes.Type(value = MoveState.Ready.class, name = "ready"),
    @JsonSubTypes.Type(value = MoveState.Switched.class, name = "switched"),
    @JsonSubTypes.Type(value = MoveState.Settled.class, name = "settled"),
    @JsonSubTypes.Type(value = MoveState.Undoing.class, name = "undoing"),
    @JsonSubTypes.Type(value = MoveState.Failed.class, name = "failed")
})
public sealed interface MoveState {

    /** Nothing has been done. Next: {@link Step#CHECK}. */
    record Planned() implements MoveState {}

    /** Source and target fit each other. Next: {@link Step#RESERVE}. */
    record Checked() implements MoveState {}

    /** The target has standby volumes, and a tap where a process is to come. Next: {@link Step#WARM}. */
    record Reserved() implements MoveState {}

    /** What the target lacks of the disk is small, of a saved memory nothing. Next: {@link Step#ARM}. */
    record Warmed(long diskBytes) implements MoveState {}

    /** Flows are acknowledged, the target listens where memory is to be streamed. Next: {@link Step#STREAM} to {@link Step#RESUME}, by the source. */
    record Ready(long diskBytes, Armed target) implements MoveState {}

    /** The owner has changed. Next: {@link Step#SETTLE}. */
    record Switched(SwitchTimes times, long memoryBytes, StreamFigures stream) implements MoveState {}

    /** Done: the VM is at the target with all of its disk, nothing but cached blocks is left at the source. */
    record Settled(MoveReport report) implements MoveState {}

    /** It failed, as far as known before the owner changed; what it made is being removed. */
    record Undoing(Step at, String reason) implements MoveState {}

    /** It failed, the VM is at the source, and nothing is left at the target. */
    record Failed(Step at, String reason) implements MoveState {}

    /** The numbered steps of a move. */
    enum Step {
        CHECK,
        RESERVE,
        WARM,
        ARM,
        STREAM,
        SWITCH,
        RESUME,
        SETTLE;

        public int number() {
            return ordinal() + 1;
        }
    }

    /** Whether nothing irrevocable can have happened yet. */
    default boolean canBeCancelled() {
        return switch (this) {
            case Planned ignored -> true;
            case Checked ignored -> true;
            case Reserved ignored -> true;
            case Warmed ignored -> true;
            case Ready ignored -> true;
            case Switched ignored -> false;
            case Undoing ignored -> false;
            case Settled ignored -> false;
            case Failed ignored -> false;
        };
    }

    /** In lower case, as events and the journal have it. */
    default String name() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /** Whether nothing more is to be done. */
    default boolean ended() {
        return this instanceof Settled || this instanceof Failed;
    }

    /** The step that a move in this state is at. */
    default Step step() {
        return switch (this) {
            case Planned ignored -> Step.CHECK;
            case Checked ignored -> Step.RESERVE;
            case Reserved ignored -> Step.WARM;
            case Warmed ignored -> Step.ARM;
            case Ready ignored -> Step.STREAM;
            case Switched ignored -> Step.SETTLE;
            case Settled ignored -> Step.SETTLE;
            case Undoing undoing -> undoing.at();
            case Failed failed -> failed.at();
        };
    }

    /** Whether a move may go from this state to {@code next} in one transition. */
    default boolean mayBecome(MoveState next) {
        return switch (this) {
            case Planned ignored -> next instanceof Checked || next instanceof Undoing;
            case Checked ignored -> next instanceof Reserved || next instanceof Undoing;
            case Reserved ignored -> next instanceof Warmed || next instanceof Undoing;
            case Warmed ignored -> next instanceof Ready || next instanceof Undoing;
            case Ready ignored -> next instanceof Switched || next instanceof Undoing;
            case Switched ignored -> next instanceof Settled;
            case Undoing ignored -> next instanceof Failed || next instanceof Switched;
            case Settled ignored -> false;
            case Failed ignored -> false;
        };
    }
}
