package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;

/**
 * What the volumes of a pool have in common.
 *
 * @param readTimeoutMillis how long a guest's read waits for the former host
 * @param memory of their maps
 */
public record VolumeSettings(long readTimeoutMillis, Tasks tasks, MapMemory memory) {}
