package io.supercloud.image;

/**
 * What a scrub found.
 *
 * @param blocks how many blocks of the volume and of its image are here and were read and verified
 * @param repaired how many were damaged and came from the former host again
 * @param damaged how many are damaged and stay so
 * @param firstDamage what is wrong with the first of these, or empty
 */
public record ScrubReport(long blocks, long repaired, long damaged, String firstDamage) {}
