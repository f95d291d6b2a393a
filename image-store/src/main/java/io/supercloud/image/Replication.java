package io.supercloud.image;

import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.image.ledger.Ledgers;
import io.supercloud.image.object.Archives;
import java.util.Optional;

/**
 * What a pool needs for replicated and archived volumes.
 *
 * @param registry where journals are listed, below {@code /journals}
 * @param ledgers where they are kept; the pool closes them
 * @param me the host of the pool
 * @param archives where full chunks of journals go; the pool closes them. Without them all of a journal stays in ledgers, and no volume
 *     can be archived
 * @param limits of archived volumes
 */
public record Replication(
        Registry registry, Ledgers ledgers, HostId me, Optional<Archives> archives, ArchiveLimits limits) {
    public Replication(Registry registry, Ledgers ledgers, HostId me) {
        this(registry, ledgers, me, Optional.empty());
    }

    /** As the other one, with {@link ArchiveLimits#DEFAULT}. */
    public Replication(Registry registry, Ledgers ledgers, HostId me, Optional<Archives> archives) {
        this(registry, ledgers, me, archives, ArchiveLimits.DEFAULT);
    }
}
