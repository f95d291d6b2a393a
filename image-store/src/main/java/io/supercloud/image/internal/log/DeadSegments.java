package io.supercloud.image.internal.log;

import io.supercloud.image.internal.disk.Disk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Segments of which no record counts any more. Such a one may be given up when the records that replaced its own are durable;
 * or at once where nothing of it was ever promised: what is
 * promised next holds the records that replaced its own. Some files are kept to be used again: overwriting what is in memory
 * costs less than making it anew. Called under the lock of those that append.
 */
final class DeadSegments {
    private static final Logger LOG = LoggerFactory.getLogger(DeadSegments.class);

    private record Dead(Segment segment, long replacedBefore) {}

    private final Disk disk;
    private final int maxSpare;
    private final Map<Integer, Segment> segments;
    private final Durability durability;
    private final Retained retained;
    private final List<Dead> waiting = new CopyOnWriteArrayList<>();
    private final Deque<Path> spare = new ArrayDeque<>();

    DeadSegments(Disk disk, int maxSpare, Map<Integer, Segment> segments, Durability durability, Retained retained) {
        this.retained = retained;
        this.maxSpare = maxSpare;
        this.disk = disk;
        this.segments = segments;
        this.durability = durability;
    }

    /**
     * Takes a segment of which no record counts any more.
     *
     * @param now the records that replaced its own stand before this place
     */
    void add(Segment segment, long now) {
        if (durability.isUnpromised(segment.begin()) && !retained.has(segment.number())) {
            giveUp(segment);
        } else {
            waiting.add(new Dead(segment, now));
            retained.boundTo(bytes() - releasableBytes());
        }
    }

    /** How much of the disk those take that wait. For any thread. */
    long bytes() {
        return waiting.stream().mapToLong(dead -> dead.segment.bytes()).sum();
    }

    /** As {@link #bytes}, of those that wait for nobody but the disk. */
    long releasableBytes() {
        return waiting.stream()
                .filter(dead -> !retained.has(dead.segment.number()))
                .mapToLong(dead -> dead.segment.bytes())
                .sum();
    }

    /** Gives up what may be given up now. */
    void release() {
        long durable = durability.durable();
        for (Dead dead : waiting) {
            if (dead.replacedBefore <= durable && !retained.has(dead.segment.number())) {
                waiting.remove(dead);
                giveUp(dead.segment);
            }
        }
    }

    private void giveUp(Segment segment) {
        segments.remove(segment.number());
        try {
            segment.close();
            if (spare.size() < maxSpare && disk.links(segment.path()) == 1) {
                spare.add(segment.path());
            } else {
                disk.delete(segment.path());
            }
        } catch (IOException e) {
            LOG.warn("Segment {} counts no more, and could not be deleted", segment.path(), e);
        }
    }

    /** Lets the file of a dead segment become {@code path}, where there is one. */
    void reuse(Path path) throws IOException {
        Path file = spare.poll();
        if (file != null) {
            disk.move(file, path);
        }
    }

    /** Deletes the files that are kept to be used again. */
    void close() throws IOException {
        while (!spare.isEmpty()) {
            disk.delete(spare.poll());
        }
    }
}
