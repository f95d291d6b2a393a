package io.supercloud.image;

/**
 * The end of an epoch of a volume: no write of it comes after the version {@code cursor}.
 *
 * @param epoch the epoch that ended
 * @param cursor the highest version that the owner at this epoch gave
 */
public record Seal(long epoch, long cursor) {}
