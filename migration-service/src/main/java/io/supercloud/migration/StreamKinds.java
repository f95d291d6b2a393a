package io.supercloud.migration;

/**
 * How a host can send and take guest memory.
 *
 * @param cores of the host
 * @param channels connections beside the first that its hypervisor can have; 0: none
 * @param compresses whether over those it goes compressed
 */
public record StreamKinds(int cores, int channels, boolean compresses) {}
