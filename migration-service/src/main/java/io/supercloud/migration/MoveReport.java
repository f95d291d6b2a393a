package io.supercloud.migration;

import io.supercloud.migration.HostCall.SwitchTimes;

/**
 * What a finished move was like.
 *
 * @param totalMillis from the plan to the end of the hydration
 * @param memoryBytes and {@code diskBytes} that went from source to target
 * @param stream of its memory
 */
public record MoveReport(SwitchTimes times, long totalMillis, long memoryBytes, long diskBytes, StreamFigures stream) {}
