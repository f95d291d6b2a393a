package io.supercloud.migration;

/** Whether the source of a post-copy still has what its target lacks. */
public record RestKept(boolean kept) {}
