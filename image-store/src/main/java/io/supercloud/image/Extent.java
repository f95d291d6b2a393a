package io.supercloud.image;

/** A stretch of a device; {@code hole} where it reads as zeroes and takes no space. */
public record Extent(long lengthBytes, boolean hole) {}
