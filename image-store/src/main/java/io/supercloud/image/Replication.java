package io.supercloud.image;

import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.image.ledger.Ledgers;

/**
 * What a pool needs for replicated volumes.
 *
 * @param registry where journals are listed, below {@code /journals}
 * @param ledgers where they are kept; the pool closes them
 * @param me the host of the pool
 */
public record Replication(Registry registry, Ledgers ledgers, HostId me) {}
