package io.supercloud.image;

/** A volume can not go from the state that it is in to the one that was asked for. */
public final class IllegalVolumeStateException extends ImageStoreException {
    private static final long serialVersionUID = 1L;

    public IllegalVolumeStateException(String volume, VolumeState from, VolumeState to) {
        super("volume '%s' can not become %s: it is %s".formatted(volume, to, from));
    }
}
