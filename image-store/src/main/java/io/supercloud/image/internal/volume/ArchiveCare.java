package io.supercloud.image.internal.volume;

import io.supercloud.image.internal.journal.JournalRecord;
import java.io.IOException;
import java.util.List;

/** What a scrub does for chunks in object stores. */
interface ArchiveCare {
    /** The chunks that are in object stores; none where this is not the owner, or lacks content itself. */
    List<JournalRecord.Chunk> archived() throws IOException;

    /**
     * Verifies a chunk in its object store. Where it is damaged or gone, what it had is stored anew from here, and it is given up.
     *
     * @return how many blocks were stored anew
     * @throws IOException where the store does not answer
     */
    long verifyOrMend(JournalRecord.Chunk chunk) throws IOException;
}
