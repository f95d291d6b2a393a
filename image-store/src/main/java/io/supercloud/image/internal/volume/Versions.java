package io.supercloud.image.internal.volume;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.VolumeState;
import java.io.IOException;

/** The arithmetic of versions, and a state as one number. */
final class Versions {
    private static final int SEQUENCE_BITS = 40;
    private static final int STATE_BITS = 8;
    private static final long MAX_EPOCH = (1L << 23) - 1;
    /**
     * How far the sequence jumps when a volume is opened again. More records than this can not be lost with the power, as
     * writers wait for the log to be forced before: so no version is ever given twice.
     */
    private static final long REOPEN_STEP = 1L << 26;

    private Versions() {}

    static void requireEpoch(long epoch) {
        if (epoch < 1 || epoch > MAX_EPOCH) {
            throw new InvalidValueException("epoch %d is not valid: epochs are 1 to %d".formatted(epoch, MAX_EPOCH));
        }
    }

    /** The version before the first one of {@code epoch}. */
    static long beforeFirst(long epoch) {
        return epoch << SEQUENCE_BITS;
    }

    /** As the other one, where {@code last} was given already: within this epoch only by an owner that lost its copy. */
    static long beforeFirst(long epoch, long last) {
        return last < beforeFirst(epoch) ? beforeFirst(epoch) : afterReopening(last, epoch);
    }

    /** The version to go on from when an open volume is opened again. */
    static long afterReopening(long lastVersion, long epoch) {
        long last = Math.max(lastVersion, beforeFirst(epoch));
        return (last / REOPEN_STEP + 1) * REOPEN_STEP;
    }

    static long encodeState(VolumeState state) {
        int code = switch (state) {
            case VolumeState.Standby _ -> 1;
            case VolumeState.Open _ -> 2;
            case VolumeState.Sealed _ -> 3;
            case VolumeState.Retired _ -> 4;
        };
        return state.epoch() << STATE_BITS | code;
    }

    static VolumeState decodeState(long encoded) throws IOException {
        long epoch = encoded >>> STATE_BITS;
        return switch ((int) (encoded & (1 << STATE_BITS) - 1)) {
            case 1 -> new VolumeState.Standby(epoch);
            case 2 -> new VolumeState.Open(epoch);
            case 3 -> new VolumeState.Sealed(epoch);
            case 4 -> new VolumeState.Retired(epoch);
            default -> throw new IOException("the log has a state record with the unknown code %x".formatted(encoded));
        };
    }
}
