package io.supercloud.image.internal.log;

import java.io.IOException;
import java.nio.file.Path;

/** A record of the log is not as it was written. */
public final class CorruptRecordException extends IOException {
    private static final long serialVersionUID = 1L;

    CorruptRecordException(Path segment, long offset) {
        super(("the record at offset %d of segment %s is damaged: its checksum does not match. Check the disk;"
                        + " the block is read from the former host where that still has the same version")
                .formatted(offset, segment));
    }
}
