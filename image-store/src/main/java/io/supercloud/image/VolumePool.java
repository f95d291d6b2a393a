package io.supercloud.image;

import io.supercloud.core.ImageId;
import java.util.List;
import java.util.Optional;

/**
 * The volumes of one host, by name (a DNS label). Every method blocks; what changes something is durable on return.
 * Throws {@link ImageStoreException} where the disk fails. Safe for use by many threads.
 */
public interface VolumePool extends AutoCloseable {
    /**
     * Makes a new volume, open at {@code epoch}.
     *
     * @param sizeBytes a multiple of {@link Volume#BLOCK_BYTES}, not less than the image's size
     * @throws ImageStoreException where a volume of this name is there, or the image is not
     */
    Volume create(String name, ImageId base, long sizeBytes, long epoch);

    /**
     * Opens the volume after a restart of this process, at the same epoch, in the state that it was in: a sealed one
     * stays sealed, a standby one stays standby, and blocks that it lacks need {@link Volume#attachSource}. At a higher
     * epoch the volume becomes open at it (the owner lost its epoch and regained a later one here).
     *
     * @throws StaleEpochException where the volume has seen a later epoch, or is retired at this one
     */
    Volume open(String name, long epoch);

    /**
     * Makes the target of a move, to be opened at {@code epoch}. Blocks of a retired copy here whose versions still
     * count are used again; a copy of another volume of this name is replaced.
     * A retired copy that still lacks blocks of its former source fetches those first, within this call.
     *
     * @throws StaleEpochException where a copy here has seen {@code epoch} or a later one
     */
    Volume standby(String name, VolumeDescription description, long epoch, VolumeSource source);

    /** The volume in the state that it is recorded in; for its owner {@link #open} is the way. */
    Optional<Volume> find(String name);

    List<String> names();

    /** Deletes the volume here, whatever its state; nothing happens where there is none. */
    void delete(String name);

    /** Closes all volumes. */
    @Override
    void close();
}
