package io.supercloud.image;

/**
 * Counters of a volume since it was opened in this process, in bytes.
 *
 * @param logBytes how much its directory holds
 * @param liveBytes how much of that still counts
 */
public record VolumeStats(long readBytes, long writtenBytes, long fetchedBytes, long logBytes, long liveBytes) {}
