package io.supercloud.image.internal.log;

import java.io.IOException;
import java.util.Map;
import java.util.NavigableMap;
import java.util.OptionalLong;

/** The records of a {@link SegmentLog} in their order. */
final class SegmentTail implements LogTail {
    private final SegmentLog log;
    private final NavigableMap<Integer, Segment> segments;
    private final Durability durability;
    private final Retained retained;

    SegmentTail(SegmentLog log, NavigableMap<Integer, Segment> segments, Durability durability, Retained retained) {
        this.log = log;
        this.segments = segments;
        this.durability = durability;
        this.retained = retained;
    }

    @Override
    public long begin(long mostBytes) {
        long head = durability.head();
        retained.from(Location.segment(head), mostBytes);
        return head;
    }

    @Override
    public long head() {
        return durability.head();
    }

    @Override
    public OptionalLong visit(long place, BlockLog.Visitor visitor) throws IOException {
        int number = Location.segment(place);
        retained.advance(number);
        long end = durability.durable();
        if (!retained.has(number)) {
            return OptionalLong.empty();
        }
        if (place >= end) {
            return OptionalLong.of(place);
        }
        if (number == 0
                || segments.get(number) == null
                || Location.index(place) >= segments.get(number).entries()) {
            Map.Entry<Integer, Segment> next = segments.higherEntry(number);
            return OptionalLong.of(next == null ? place : next.getValue().begin());
        }
        long reached = Math.min(end, segments.get(number).end());
        int wanted = Location.index(reached) - Location.index(place);
        int[] seen = {0};
        log.visit(number, Location.index(place), Location.index(reached), (record, location) -> {
            seen[0]++;
            visitor.record(record, location);
        });
        if (seen[0] < wanted && retained.has(number)) {
            throw new IOException("segment %s has only %d of %d records that it should have"
                    .formatted(segments.get(number).path(), seen[0], wanted));
        }
        return retained.has(number) ? OptionalLong.of(reached) : OptionalLong.empty();
    }

    @Override
    public void end() {
        retained.release();
    }
}
