package io.supercloud.image;

/** Where a copy of a volume stands in the volume's life. Only an open one takes writes. */
public sealed interface VolumeState {
    long epoch();

    /** The target of a move: follows the owner and may become open at {@code epoch}. */
    record Standby(long epoch) implements VolumeState {}

    /** The owner's copy. */
    record Open(long epoch) implements VolumeState {}

    /** The owner's copy in a move's last moments: {@code epoch} has seen its last write. */
    record Sealed(long epoch) implements VolumeState {}

    /** A former owner's copy: serves what it has, and is a cache for the return. */
    record Retired(long epoch) implements VolumeState {}

    /** Whether a volume may go from this state to {@code next}: the one rule for all copies. */
    default boolean mayBecome(VolumeState next) {
        return switch (this) {
            case Standby(long epoch) ->
                switch (next) {
                    case Standby(long later) -> later >= epoch;
                    case Open(long same) -> same == epoch;
                    case Sealed _, Retired _ -> false;
                };
            case Open(long epoch) ->
                switch (next) {
                    case Open(long later) -> later > epoch;
                    case Sealed(long same) -> same == epoch;
                    case Standby _, Retired _ -> false;
                };
            case Sealed(long epoch) ->
                switch (next) {
                    case Open(long notEarlier) -> notEarlier >= epoch;
                    case Retired(long same) -> same == epoch;
                    case Standby _, Sealed _ -> false;
                };
            case Retired(long epoch) ->
                switch (next) {
                    case Standby(long later) -> later > epoch;
                    case Open(long later) -> later > epoch;
                    case Sealed _, Retired _ -> false;
                };
        };
    }
}
