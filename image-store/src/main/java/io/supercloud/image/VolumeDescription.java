package io.supercloud.image;

import io.supercloud.core.ImageId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Names;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What a volume is, the same on every host that has a copy.
 *
 * @param base the image that blocks show which were never written; a host that has it not gets it with the volume
 * @param sizeBytes a multiple of {@link Volume#BLOCK_BYTES}, at most {@link #MAX_BYTES}
 * @param serial drawn when the volume was created: tells it from a later volume of the same name, whose versions of
 *     blocks mean other content
 * @param durability what a durable write outlives
 * @param encryption of all content that is written to it
 */
public record VolumeDescription(
        String name, ImageId base, long sizeBytes, long serial, Durability durability, Encryption encryption) {
    /** 8 TiB: block numbers fit an int. */
    public static final long MAX_BYTES = 1L << 43;
    /** 64 GiB: the list of what a journal consists of fits an entry of the registry. */
    public static final long MAX_REPLICATED_BYTES = 1L << 36;

    /** One that is not encrypted, and durable on its host alone. */
    public VolumeDescription(String name, ImageId base, long sizeBytes, long serial) {
        this(name, base, sizeBytes, serial, Durability.LOCAL, Encryption.NONE);
    }

    /** The same content under another name. */
    VolumeDescription copy(String otherName, long otherSerial) {
        return new VolumeDescription(otherName, base, sizeBytes, otherSerial, durability, encryption);
    }

    /** The same volume, which has grown. */
    public VolumeDescription grown(long otherSizeBytes) {
        return new VolumeDescription(name, base, otherSizeBytes, serial, durability, encryption);
    }

    /** The same volume from another instant on: what copies elsewhere have of it since then is no cache. */
    public VolumeDescription rebornAs(long otherSerial) {
        return new VolumeDescription(name, base, sizeBytes, otherSerial, durability, encryption);
    }

    public VolumeDescription {
        Names.requireDotted("volume", name);
        if (sizeBytes <= 0 || sizeBytes > MAX_BYTES - Volume.BLOCK_BYTES || sizeBytes % Volume.BLOCK_BYTES != 0) {
            throw new InvalidValueException(
                    "volume '%s' can not have %d bytes: the size must be a multiple of %d below 8 TiB"
                            .formatted(name, sizeBytes, Volume.BLOCK_BYTES));
        }
        if (!(durability instanceof Durability.Local) && sizeBytes > MAX_REPLICATED_BYTES) {
            throw new InvalidValueException("volume '%s' of %d bytes can not be %s: at most %d bytes can"
                    .formatted(name, sizeBytes, durability, MAX_REPLICATED_BYTES));
        }
    }

    /** Tells volumes of one name apart. It is no secret: what makes those locks for the whole JVM, and a simulated host may die in there. */
    static long newSerial() {
        return ThreadLocalRandom.current().nextLong();
    }
}
