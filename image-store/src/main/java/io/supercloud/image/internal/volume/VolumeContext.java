package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.internal.journal.JournalFeed;
import java.util.Optional;

/**
 * What a volume works with.
 *
 * @param base what it shows where it was never written
 * @param feed of a replicated volume
 * @param readTimeoutMillis how long a guest's read waits for the former host
 */
public record VolumeContext(BaseImage base, Optional<JournalFeed> feed, long readTimeoutMillis, Tasks tasks) {}
