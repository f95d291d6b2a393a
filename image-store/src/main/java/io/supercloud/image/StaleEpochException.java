package io.supercloud.image;

/** Somebody who is the owner no more asked for the volume: a newer owner was here. */
public final class StaleEpochException extends ImageStoreException {
    private static final long serialVersionUID = 1L;

    public StaleEpochException(String volume, long epoch, VolumeState state) {
        super("volume '%s' can not be used at epoch %d: it is %s. Read the owner's record anew"
                .formatted(volume, epoch, state));
    }
}
