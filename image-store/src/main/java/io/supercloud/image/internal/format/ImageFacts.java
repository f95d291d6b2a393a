package io.supercloud.image.internal.format;

/** What qemu-img says of a file. */
public record ImageFacts(long sizeBytes) {}
