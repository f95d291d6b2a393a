package io.supercloud.image;

import io.supercloud.core.ImageId;
import java.util.List;
import java.util.Optional;

/**
 * The volumes of one host, by name (DNS labels with dots between them). Every method blocks; what changes something is durable on return.
 * Throws {@link ImageStoreException} where the disk fails. Safe for use by many threads.
 */
public interface VolumePool extends AutoCloseable {
    /**
     * Makes a new volume, open at {@code epoch}.
     *
     * @param sizeBytes a multiple of {@link Volume#BLOCK_BYTES}, not less than the image's size
     * @throws ImageStoreException where a volume of this name is there, or the image is not, or the key that it asks for
     */
    Volume create(String name, ImageId base, long sizeBytes, long epoch, Durability durability);

    /** As the other one, {@link Durability#LOCAL}. */
    default Volume create(String name, ImageId base, long sizeBytes, long epoch) {
        return create(name, base, sizeBytes, epoch, Durability.LOCAL);
    }

    /**
     * As {@link #create}, of zeroes, encrypted as {@code other} is where that is here: for what belongs to it.
     */
    Volume createBeside(String name, String other, long sizeBytes, long epoch, Durability durability);

    /** As the other one, {@link Durability#LOCAL}. */
    default Volume createBeside(String name, String other, long sizeBytes, long epoch) {
        return createBeside(name, other, sizeBytes, epoch, Durability.LOCAL);
    }

    /**
     * Opens the volume after a restart of this process, at the same epoch, in the state that it was in: a sealed one
     * stays sealed, a standby one stays standby, and blocks that it lacks need {@link Volume#attachSource}. At a higher
     * epoch the volume becomes open at it (the owner lost its epoch and regained a later one here).
     *
     * <p>A replicated volume is compared with its journal: what a loss of power took from here comes from there, what is not
     * there yet goes there. Where a later owner was elsewhere, this is {@link #recover}.
     *
     * @throws StaleEpochException where the volume has seen a later epoch, or is retired at this one
     */
    Volume open(String name, long epoch);

    /**
     * Opens a replicated or archived volume whose former host is lost, at an epoch that it has not seen. When this returns that host can write
     * no more, whatever it believes, and this copy has every write that was acknowledged as durable; content comes from the journal when it
     * is read or prefetched, but what a standby copy here has of it. Any other copy here is replaced.
     *
     * <p>Of an archived volume this copy has what the disk had at one instant, the last one that its archive has: what was written later is lost,
     * though it was acknowledged, and no copy of it is taken for part of the volume any more. A standby copy here goes before the archive
     * where it has all of a later instant, also where the archive can not be read.
     *
     * @return empty where there is no replicated or archived volume of this name
     * @throws StaleEpochException where the volume has seen a later epoch, or this one at another host
     */
    default Optional<Volume> recover(String name, long epoch) {
        return recover(name, epoch, Optional.empty());
    }

    /**
     * Keeps what an open replicated volume has at this instant, in which nobody writes to it, to be recovered later; in the place
     * of the mark of this label. It costs nothing but the space in its journal of what is overwritten since. Where that becomes
     * more than 8 GiB the mark is gone.
     *
     * @param label without spaces
     */
    void mark(String name, String label);

    /** Lets go of a mark, wherever the volume is; nothing happens where there is none. */
    void unmark(String name, String label);

    /**
     * As {@link #recover(String, long)}, but as the volume was at a mark, where one is given: whatever was written later, also if it was acknowledged as
     * durable, is given up wherever it is. Marks of that time and earlier stay.
     *
     * @throws ImageStoreException where the volume has no such mark: then nothing is changed
     */
    Optional<Volume> recover(String name, long epoch, Optional<String> mark);

    /**
     * Takes a {@link #recover(String, long, Optional)} at this epoch back, to which nothing was written yet: the volume is not here
     * then, and {@link #recover(String, long)} gives what was last acknowledged.
     */
    void undoRecovery(String name, long epoch);

    /**
     * Makes the target of a move, to be opened at {@code epoch}. Blocks of a retired copy here whose versions still
     * count are used again; a copy of another volume of this name is replaced. An image that is not here comes with the
     * volume, block by block, but what images here have already; it is here as if imported when all of it is.
     * A retired copy that still lacks blocks of its former source fetches those first, within this call.
     *
     * @throws StaleEpochException where a copy here has seen {@code epoch} or a later one
     */
    Volume standby(String name, VolumeDescription description, long epoch, VolumeSource source);

    /**
     * Makes a new volume with the content that {@code from} has at one instant, while that one goes on. Costs metadata
     * only: the two share what was written before, and neither sees what the other writes later. It is there wholly and
     * durably on return, and not at all where this throws. Snapshots are such volumes that nobody writes to.
     *
     * @param from open or sealed, and lacking no block
     * @param epoch where the new volume is open at; not below that of {@code from}
     * @throws ImageStoreException where {@code from} is not here or not whole, or {@code to} exists
     * @throws StaleEpochException where {@code from} has seen a later epoch
     */
    void copy(String from, String to, long epoch);

    /**
     * As {@link #copy}, in the place of {@code name}: whatever happens meanwhile, that volume has its former content or
     * the one of {@code from}. What a former host of {@code name} keeps of it is no cache any more.
     */
    void replace(String name, String from, long epoch);

    /**
     * Makes a volume larger; what is new reads as zeroes. Nothing happens where it has that size. To be called while
     * nobody uses the volume: it is closed.
     *
     * @throws ImageStoreException where it would become smaller
     */
    void grow(String name, long sizeBytes);

    /** The volume in the state that it is recorded in; for its owner {@link #open} is the way. */
    Optional<Volume> find(String name);

    List<String> names();

    /** Deletes the volume here, whatever its state; nothing happens where there is none. Its journal stays. */
    void delete(String name);

    /** Deletes the volume here and its journal, so that it is nowhere any more; nothing happens where there is none. */
    void discard(String name);

    /** Closes all volumes. */
    @Override
    void close();
}
