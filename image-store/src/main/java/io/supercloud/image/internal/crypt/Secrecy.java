package io.supercloud.image.internal.crypt;

import io.supercloud.image.Encryption;
import io.supercloud.image.KeyReference;
import java.io.IOException;

/** The key of one volume, which is there from its first use to the moment when this host may not have it any more. */
public final class Secrecy {
    private final Encryption encryption;
    private volatile BlockCipher cipher;
    private boolean over;

    public Secrecy(Encryption encryption) {
        this.encryption = encryption;
    }

    /** How a new volume is encrypted. Throws where the key is not here. */
    public static Encryption begin(KeyReference reference) throws IOException {
        return VolumeKeys.begin(reference);
    }

    public boolean isOn() {
        return encryption.isOn();
    }

    /** Whether {@link #cipher} does not wait. */
    public boolean isAtHand() {
        return cipher != null || !isOn();
    }

    /** Of a volume that is encrypted. Throws where the key is not here, is a wrong one, or is not for this host now. */
    public BlockCipher cipher() throws IOException {
        BlockCipher known = cipher;
        return known != null ? known : open();
    }

    private synchronized BlockCipher open() throws IOException {
        if (over) {
            throw new IOException("it is encrypted, and its guest is not on this host");
        }
        if (cipher == null) {
            cipher = VolumeKeys.open(encryption);
        }
        return cipher;
    }

    /** The guest has gone: the key is forgotten, and not got again before {@link #allow}. */
    public synchronized void forget() {
        over = true;
        cipher = null;
    }

    /** The guest is here, or about to come. */
    public synchronized void allow() {
        over = false;
    }
}
