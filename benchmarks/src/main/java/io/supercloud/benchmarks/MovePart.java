package io.supercloud.benchmarks;

import io.supercloud.migration.MoveManner;
import java.util.List;

/**
 * One setting in which moves are measured.
 *
 * @param name as {@code --part} takes it
 * @param rttMillis of the link between the two places
 * @param megabitsPerSecond of the link, each way
 * @param dirtMibPerSecond how much memory the guest changes
 * @param compression of our memory streams; the peer's are never compressed
 * @param disk whether the disk has to be where the guest is; else the peer's two places see one and the same disk
 */
record MovePart(
        String name,
        int rttMillis,
        int megabitsPerSecond,
        int dirtMibPerSecond,
        boolean disk,
        MoveManner.Compression compression) {
    MovePart(String name, int rttMillis, int megabitsPerSecond, int dirtMibPerSecond, boolean disk) {
        this(name, rttMillis, megabitsPerSecond, dirtMibPerSecond, disk, MoveManner.Compression.AUTO);
    }

    /** Links as in the demo, but that a guest which changes 50 MiB a second needs more than 300 Mbit to ever arrive. */
    static final List<MovePart> ALL = List.of(
            new MovePart("idle-near", 0, 1000, 0, false),
            new MovePart("busy-near", 0, 1000, 50, false),
            new MovePart("idle-far", 20, 300, 0, false),
            new MovePart("busy-far", 20, 1000, 50, false),
            new MovePart("disk-far", 20, 300, 0, true),
            new MovePart("idle-far-plain", 20, 300, 0, false, MoveManner.Compression.NEVER),
            new MovePart("idle-slow", 20, 100, 0, false),
            new MovePart("idle-slow-plain", 20, 100, 0, false, MoveManner.Compression.NEVER));

    /** For people. */
    String about() {
        return "%s, %s RTT, %d Mbit/s"
                .formatted(
                        dirtMibPerSecond == 0
                                ? "idle guest"
                                : "guest that dirties %d MiB/s".formatted(dirtMibPerSecond),
                        rttMillis == 0 ? "no" : rttMillis + " ms",
                        megabitsPerSecond);
    }
}
