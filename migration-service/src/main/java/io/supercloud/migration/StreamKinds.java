package io.supercloud.migration;

/**
 * How a host can send and take guest memory.
 *
 * @param cores of the host
 * @param parallel whether over several connections
 * @param compresses whether compressed as well
 */
public record StreamKinds(int cores, boolean parallel, boolean compresses) {}
