package io.supercloud.migration;

/**
 * What was kept of a guest's memory.
 *
 * @param memoryBytes of the saved memory; 0 where there was none to save
 * @param stoppedMillis for how long the guest stood still for it
 */
public record SavedState(long memoryBytes, double stoppedMillis) {}
