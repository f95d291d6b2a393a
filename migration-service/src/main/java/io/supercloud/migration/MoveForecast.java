package io.supercloud.migration;

/**
 * What a move is expected to be like, made in step 1.
 *
 * @param seconds from the plan to the end of the hydration
 * @param downtimeMillis how long the guest stands still
 * @param memoryBytes and {@code diskBytes} that will go from source to target
 * @param dollars what the source's cloud takes for them
 * @param converges whether memory travels faster than the guest changes it
 */
public record MoveForecast(
        double seconds, double downtimeMillis, long memoryBytes, long diskBytes, double dollars, boolean converges) {
    /** The same, shorter or longer. */
    MoveForecast corrected(Forecaster.Correction by) {
        return new MoveForecast(
                seconds * by.seconds(),
                downtimeMillis * by.downtime(),
                Math.round(memoryBytes * by.memory()),
                Math.round(diskBytes * by.disk()),
                dollars * (memoryBytes * by.memory() + diskBytes * by.disk()) / Math.max(1.0, memoryBytes + diskBytes),
                converges);
    }
}
