package io.supercloud.migration;

import io.supercloud.migration.HostCall.MoveOrder;
import java.time.Instant;

/**
 * A move as the journal has it.
 *
 * @param reason why the VM moves, for people
 */
public record MoveRecord(MoveOrder order, String reason, Instant begun, MoveState state) {}
