package io.supercloud.image;

import io.supercloud.image.internal.volume.BlockVolume;

/** Which copies of a volume may be used for what. */
final class CopyRules {
    private CopyRules() {}

    /** The owner of a replicated volume that was lost, and comes back after it was recovered elsewhere. */
    static boolean isAbandoned(BlockVolume known, long epoch) {
        boolean hadIt = known.state() instanceof VolumeState.Open || known.state() instanceof VolumeState.Sealed;
        return ReplicatedVolumes.isReplicated(known.description())
                && hadIt
                && epoch > known.state().epoch();
    }

    /** A copy that is open at {@code epoch} must have all of the content, and be of no earlier time than its origin. */
    static void requireWhole(Volume source, long epoch) {
        VolumeState state = source.state();
        if (epoch < state.epoch()) {
            throw new StaleEpochException(source.name(), epoch, state);
        }
        boolean mine = state instanceof VolumeState.Open || state instanceof VolumeState.Sealed;
        if (!mine || source.missingBlocks() > 0) {
            throw new ImageStoreException(
                    "volume '%s' can not be copied: it is %s and lacks %d blocks; copy it where it is open, after it has fetched them"
                            .formatted(source.name(), state, source.missingBlocks()));
        }
    }
}
