package io.supercloud.image.internal.volume;

import io.supercloud.image.internal.journal.JournalFeed;
import java.util.Optional;

/**
 * What a volume works with.
 *
 * @param base what it shows where it was never written
 * @param feed of a replicated volume
 * @param archive of an archived volume
 * @param settings those of its pool
 */
public record VolumeContext(
        BaseImage base, Optional<JournalFeed> feed, Optional<LogArchiving.Parts> archive, VolumeSettings settings) {}
