package io.supercloud.image.internal.volume;

import io.supercloud.image.VolumeState;
import io.supercloud.image.internal.log.LogRecord;
import io.supercloud.image.internal.log.RecordKind;
import io.supercloud.image.internal.log.UntouchedLog;
import java.io.IOException;
import java.nio.file.Path;

/** What can be done with a volume that nobody has opened, by its log alone. */
public final class RestingVolume {
    private RestingVolume() {}

    /** The copy is a volume that is open at {@code epoch}. */
    public static void copyLog(UntouchedLog log, Path folder, long epoch) throws IOException {
        log.linkInto(
                folder,
                LogRecord.of(
                        RecordKind.STATE,
                        Versions.encodeState(new VolumeState.Open(epoch)),
                        log.state().version()));
    }

    /** The state that its log ends with. */
    public static VolumeState stateOf(UntouchedLog log) throws IOException {
        return Versions.decodeState(log.state().block());
    }
}
