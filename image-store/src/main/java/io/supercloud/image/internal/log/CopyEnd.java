package io.supercloud.image.internal.log;

import io.supercloud.image.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/** The last segment of a log that shares all segments before with another one: a state, and that all before is durable. */
final class CopyEnd {
    private CopyEnd() {}

    static LogRecord mark(int number) {
        return LogRecord.of(RecordKind.FORCED, Location.position(number, 0), 0);
    }

    /** Durable on return, with all links in the folder. */
    static void write(Disk disk, LogSettings settings, Path folder, int number, LogRecord state, int entriesBefore)
            throws IOException {
        Segment segment = new Segment(disk, settings, folder, number);
        try {
            ByteBuffer two = ByteBuffer.allocate(2 * Entry.BYTES);
            new Entry(state, entriesBefore, 0).write(two, number);
            new Entry(mark(number), 0, 0).write(two, number);
            segment.append(two.flip(), List.of());
            segment.force();
        } finally {
            segment.close();
        }
        disk.forceDirectory(folder);
    }
}
