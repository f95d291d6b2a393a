package io.supercloud.migration;

/**
 * Part of a console's output.
 *
 * @param offset of its end in the log, in bytes
 */
public record ConsoleText(long offset, byte[] text) {}
