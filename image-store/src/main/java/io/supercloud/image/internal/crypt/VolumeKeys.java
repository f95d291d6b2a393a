package io.supercloud.image.internal.crypt;

import io.supercloud.image.Encryption;
import io.supercloud.image.KeyReference;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** What is derived of a secret and a volume's salt, by HKDF-SHA256 (RFC 5869). */
final class VolumeKeys {
    private static final int SALT_BYTES = 16;
    private static final int CHECK_BYTES = 8;
    private static final byte[] PURPOSE = "supercloud volume, AES-256-XTS".getBytes(StandardCharsets.US_ASCII);
    private static final SecureRandom SALTS = new SecureRandom();

    private VolumeKeys() {}

    /** For a new volume. */
    static Encryption begin(KeyReference reference) throws IOException {
        byte[] salt = new byte[SALT_BYTES];
        SALTS.nextBytes(salt);
        byte[] derived = derive(reference, salt);
        String check = HexFormat.of().formatHex(derived, BlockCipher.KEY_BYTES, derived.length);
        return new Encryption(reference.text(), HexFormat.of().formatHex(salt), check);
    }

    /** Of a volume that there is. */
    static BlockCipher open(Encryption encryption) throws IOException {
        byte[] derived =
                derive(new KeyReference(encryption.key()), HexFormat.of().parseHex(encryption.salt()));
        String check = HexFormat.of().formatHex(derived, BlockCipher.KEY_BYTES, derived.length);
        if (!check.equals(encryption.check())) {
            throw new IOException("the key that %s refers to here is not the one that it was encrypted with"
                    .formatted(encryption.key()));
        }
        return new BlockCipher(Arrays.copyOf(derived, BlockCipher.KEY_BYTES));
    }

    private static byte[] derive(KeyReference reference, byte[] salt) throws IOException {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(reference.resolve())
                            .addSalt(salt)
                            .thenExpand(PURPOSE, BlockCipher.KEY_BYTES + CHECK_BYTES));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java from 25 on has HKDF", e);
        }
    }
}
