package io.supercloud.image.internal.log;

import io.supercloud.image.internal.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * A log that {@link SegmentLog#linkInto} made and to which nothing was written since. All that a copy of it needs to know is
 * in its last segment, so the others need not be read.
 *
 * @param state that the log ends with
 */
public record UntouchedLog(Disk disk, LogSettings settings, Path folder, List<Path> full, int last, LogRecord state) {
    public UntouchedLog {
        full = List.copyOf(full);
    }

    /** The log in {@code folder}; empty where something was written to it. */
    public static Optional<UntouchedLog> of(Disk disk, LogSettings settings, Path folder) throws IOException {
        List<Path> files = new ArrayList<>(
                disk.list(folder).stream().filter(Segment::isSegment).toList());
        files.sort(Comparator.comparingInt(Segment::number));
        if (files.isEmpty()) {
            return Optional.empty();
        }
        int last = Segment.number(files.removeLast());
        List<Entry> entries = entries(disk, settings, folder, last);
        if (entries.size() != 2
                || entries.get(0).record().kind() != RecordKind.STATE
                || !entries.get(1).record().equals(CopyEnd.mark(last))) {
            return Optional.empty();
        }
        return Optional.of(new UntouchedLog(
                disk, settings, folder, files, last, entries.get(0).record()));
    }

    private static List<Entry> entries(Disk disk, LogSettings settings, Path folder, int number) throws IOException {
        Segment segment = new Segment(disk, settings, folder, number);
        try {
            ByteBuffer index = ByteBuffer.allocate(settings.indexBytes());
            segment.readIndex(index);
            return Entry.readAll(index, number);
        } finally {
            segment.close();
        }
    }

    /** Shares the log with a new one in {@code target} that ends with {@code first}, as {@link SegmentLog#linkInto} does. */
    public void linkInto(Path target, LogRecord first) throws IOException {
        for (Path file : full) {
            disk.link(file, target.resolve(file.getFileName()));
        }
        int entriesBefore = entries(disk, settings, folder, last).getFirst().slot();
        CopyEnd.write(disk, settings, target, last, first, entriesBefore);
    }
}
