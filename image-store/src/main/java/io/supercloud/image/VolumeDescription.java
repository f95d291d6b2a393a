package io.supercloud.image;

import io.supercloud.core.ImageId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Names;

/**
 * What a volume is, the same on every host that has a copy.
 *
 * @param base the image that blocks show which were never written; a host that has it not gets it with the volume
 * @param sizeBytes a multiple of {@link Volume#BLOCK_BYTES}, at most {@link #MAX_BYTES}
 * @param serial drawn when the volume was created: tells it from a later volume of the same name, whose versions of
 *     blocks mean other content
 * @param encryption of all content that is written to it
 */
public record VolumeDescription(String name, ImageId base, long sizeBytes, long serial, Encryption encryption) {
    /** 8 TiB: block numbers fit an int. */
    public static final long MAX_BYTES = 1L << 43;

    /** One that is not encrypted. */
    public VolumeDescription(String name, ImageId base, long sizeBytes, long serial) {
        this(name, base, sizeBytes, serial, Encryption.NONE);
    }

    /** The same content under another name. */
    VolumeDescription copy(String otherName, long otherSerial) {
        return new VolumeDescription(otherName, base, sizeBytes, otherSerial, encryption);
    }

    VolumeDescription grown(long otherSizeBytes) {
        return new VolumeDescription(name, base, otherSizeBytes, serial, encryption);
    }

    public VolumeDescription {
        Names.requireDotted("volume", name);
        if (sizeBytes <= 0 || sizeBytes > MAX_BYTES - Volume.BLOCK_BYTES || sizeBytes % Volume.BLOCK_BYTES != 0) {
            throw new InvalidValueException(
                    "volume '%s' can not have %d bytes: the size must be a multiple of %d below 8 TiB"
                            .formatted(name, sizeBytes, Volume.BLOCK_BYTES));
        }
    }
}
