package io.supercloud.image.internal.volume;

import io.supercloud.image.BlockIoException;
import java.io.IOException;

/** Turns what the disk or the other host said into what a guest can be told. */
final class Failures {
    private static final String DISK_FULL = "No space left on device";

    private Failures() {}

    static BlockIoException of(String volume, String what, IOException cause) {
        boolean full = cause.getMessage() != null && cause.getMessage().contains(DISK_FULL);
        return new BlockIoException(
                full ? BlockIoException.Reason.OUT_OF_SPACE : BlockIoException.Reason.FAILED,
                "volume '%s' could not %s: %s".formatted(volume, what, cause.getMessage()),
                cause);
    }
}
