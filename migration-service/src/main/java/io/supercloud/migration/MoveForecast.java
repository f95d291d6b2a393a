package io.supercloud.migration;

import io.supercloud.migration.hypervisor.StreamShape;

/**
 * What a move is expected to be like, made in step 1.
 *
 * @param seconds from the plan to the end of the hydration
 * @param downtimeMillis how long the guest stands still
 * @param memoryBytes and {@code diskBytes} that will go from source to target
 * @param dollars what the source's cloud takes for them
 * @param converges whether memory travels faster than the guest changes it
 * @param stream how the memory is to travel
 * @param sentShare what is left of it on the way
 * @param streamBytesPerSecond what it may take of the link; 0 for all
 */
public record MoveForecast(
        double seconds,
        double downtimeMillis,
        long memoryBytes,
        long diskBytes,
        double dollars,
        boolean converges,
        StreamShape stream,
        double sentShare,
        long streamBytesPerSecond) {
    /** Of memory that travels as it is. */
    public MoveForecast(
            double seconds,
            double downtimeMillis,
            long memoryBytes,
            long diskBytes,
            double dollars,
            boolean converges) {
        this(seconds, downtimeMillis, memoryBytes, diskBytes, dollars, converges, StreamShape.SINGLE, 1, 0);
    }

    /** The same, shorter or longer. */
    MoveForecast corrected(Forecaster.Correction by) {
        return new MoveForecast(
                seconds * by.seconds(),
                downtimeMillis * by.downtime(),
                Math.round(memoryBytes * by.memory()),
                Math.round(diskBytes * by.disk()),
                dollars * (memoryBytes * by.memory() + diskBytes * by.disk()) / Math.max(1.0, memoryBytes + diskBytes),
                converges,
                stream,
                sentShare,
                streamBytesPerSecond);
    }
}
