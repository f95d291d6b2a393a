package io.supercloud.image;

import java.util.function.BooleanSupplier;

/**
 * One host's copy of a virtual disk. Safe for use by many threads. Methods that change the state block until that is
 * durable, throw {@link IllegalVolumeStateException} where the state does not allow it, and {@link ImageStoreException}
 * where the disk fails; the state is then as before.
 */
public interface Volume extends BlockDevice, AutoCloseable {
    int BLOCK_BYTES = 4096;

    /** How long a guest's read waits for the former host before it fails. */
    long READ_TIMEOUT_MILLIS = 30_000;

    /** How long {@link #catchUp} and {@link #open} try again to reach the source before they fail. */
    long CATCH_UP_TIMEOUT_MILLIS = 3_000;

    String name();

    VolumeState state();

    VolumeDescription description();

    /** What this copy serves to the other side; works in every state. */
    VolumeSource source();

    /**
     * Open(e) to Sealed(e): waits for running writes, makes them durable, and refuses all later ones; reads and flushes
     * go on. On a sealed volume it returns the same seal again.
     */
    Seal seal();

    /** Sealed(e) to Open(e): the move was called off before the owner changed. */
    void unseal();

    /** Sealed(e) to Retired(e): the owner changed. Blocks stay as a cache, and {@link #source} goes on. */
    void retire();

    /** Replaces the source, as after a restart of this process; its copy must be of the same volume. */
    void attachSource(VolumeSource source);

    /**
     * Standby: gets the versions (not the content) of blocks that changed since the last call.
     *
     * @return how many blocks are lacking here
     */
    long catchUp();

    /**
     * Fetches lacking blocks, hottest first, until none lack or {@code keepGoing} is false; lets a guest's reads go first. Tries again
     * for as long as {@code keepGoing} holds where the source does not answer.
     */
    void prefetch(BooleanSupplier keepGoing, Progress progress);

    /** From now on {@link #prefetch} takes no more than this; 0 pauses it, {@link Long#MAX_VALUE} is as fast as it goes. */
    void limitPrefetch(long bytesPerSecond);

    /**
     * Standby(e+1) to Open(e+1), for the seal of e: catches up with the seal's cursor first. Costs one round trip to
     * the source where anything is behind, and one forced write.
     */
    void open(Seal seal);

    /** How many blocks are only at the former host, of the volume and of its image. */
    long missingBlocks();

    /** Whether the volume is beyond standby and lacks nothing. */
    boolean hydrated();

    /** Content fetched from the source since the volume was opened in this process, or began to follow its source. */
    long bytesFetched();

    /** Forgets the source; throws {@link ImageStoreException} while blocks are missing. */
    void dropSource();

    /**
     * Reads and verifies all that is here of the volume and its image, and gets damaged blocks from the source or the journal again where
     * there is one that has them. An owner also verifies what of its journal is in object stores, and appends anew what is damaged there.
     * The guest goes on meanwhile.
     */
    ScrubReport scrub(Progress progress);

    /** What the loss of this host would lose; asks nobody. */
    AtRisk atRisk();

    VolumeStats stats();

    /** Makes everything durable and closes the files; later requests fail. Idempotent. */
    @Override
    void close();
}
