package io.supercloud.cluster.internal.security;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.supercloud.cluster.ClusterException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Keys and certificates as PEM text (RFC 7468): PKCS #8 {@code PRIVATE KEY} and X.509 {@code CERTIFICATE}. */
public final class Pem {
    private static final int MAX_FILE_BYTES = 256 * 1024;
    private static final int CURVE_BITS = 256;
    private static final int LINE_CHARACTERS = 64;
    private static final Base64.Encoder ENCODER = Base64.getMimeEncoder(LINE_CHARACTERS, new byte[] {'\n'});
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z ]+)-----\\s+([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> READ_BY_ALL = PosixFilePermissions.fromString("rw-r--r--");

    private Pem() {}

    public static String encode(PrivateKey key) {
        return block("PRIVATE KEY", key.getEncoded());
    }

    /**
     * The key of an elliptic curve with its public half beside it, as RFC 5915 allows and GnuTLS demands; the JDK's own
     * encoding leaves it out.
     */
    public static String encode(PrivateKey key, PublicKey publicKey) {
        try {
            PrivateKeyInfo plain = PrivateKeyInfo.getInstance(key.getEncoded());
            ASN1Encodable curve = plain.getPrivateKeyAlgorithm().getParameters();
            SubjectPublicKeyInfo half = SubjectPublicKeyInfo.getInstance(publicKey.getEncoded());
            ECPrivateKey whole = new ECPrivateKey(
                    CURVE_BITS,
                    ECPrivateKey.getInstance(plain.parsePrivateKey()).getKey(),
                    half.getPublicKeyData(),
                    curve);
            return block("PRIVATE KEY", new PrivateKeyInfo(plain.getPrivateKeyAlgorithm(), whole).getEncoded());
        } catch (IOException e) {
            throw new ClusterException("a private key cannot be encoded", e);
        }
    }

    public static String encode(List<X509Certificate> certificates) {
        StringBuilder text = new StringBuilder();
        for (X509Certificate certificate : certificates) {
            try {
                text.append(block("CERTIFICATE", certificate.getEncoded()));
            } catch (CertificateEncodingException e) {
                throw new ClusterException("a certificate cannot be encoded", e);
            }
        }
        return text.toString();
    }

    private static String block(String label, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n".formatted(label, ENCODER.encodeToString(der), label);
    }

    /** The private key (an elliptic curve's) in {@code text}, the content of {@code file}. */
    public static PrivateKey privateKey(Path file, String text) {
        try {
            List<byte[]> keys = blocks(text, "PRIVATE KEY");
            if (keys.size() != 1) {
                throw new ClusterException("%s holds %d private keys instead of one".formatted(file, keys.size()));
            }
            return KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(keys.getFirst()));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new ClusterException("the private key in %s is damaged; restore it or join anew".formatted(file), e);
        }
    }

    public static List<X509Certificate> certificates(Path file) {
        return certificates(file, read(file));
    }

    /** The certificates (at least one) in {@code text}, the content of {@code file}. */
    public static List<X509Certificate> certificates(Path file, String text) {
        try {
            List<X509Certificate> certificates = new ArrayList<>();
            for (byte[] der : blocks(text, "CERTIFICATE")) {
                certificates.add(certificate(der));
            }
            if (certificates.isEmpty()) {
                throw new ClusterException("%s holds no certificate".formatted(file));
            }
            return certificates;
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new ClusterException("a certificate in %s is damaged; restore it or join anew".formatted(file), e);
        }
    }

    /** One certificate from its DER encoding. */
    public static X509Certificate certificate(byte[] der) throws GeneralSecurityException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }

    private static List<byte[]> blocks(String text, String label) {
        List<byte[]> found = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).equals(label)) {
                found.add(Base64.getMimeDecoder().decode(matcher.group(2)));
            }
        }
        return found;
    }

    public static String read(Path file) {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw new ClusterException("%s is too large to be a PEM file".formatted(file));
            }
            return Files.readString(file, US_ASCII);
        } catch (IOException e) {
            throw new ClusterException("%s cannot be read; does this process have an identity yet?".formatted(file), e);
        }
    }

    public static void write(Path file, String text) {
        write(file, text, READ_BY_ALL);
    }

    /** Writes a file that its owner alone can read, at no moment anybody else. */
    public static void writeSecret(Path file, String text) {
        write(file, text, OWNER_ONLY);
    }

    private static void write(Path file, String text, Set<PosixFilePermission> permissions) {
        FileAttribute<Set<PosixFilePermission>> attribute = PosixFilePermissions.asFileAttribute(permissions);
        try {
            Files.createDirectories(file.getParent());
            Path fresh = Files.createTempFile(file.getParent(), "fresh", ".pem", attribute);
            Files.writeString(fresh, text, US_ASCII);
            Files.setPosixFilePermissions(fresh, permissions);
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new ClusterException("%s cannot be written".formatted(file), e);
        }
    }
}
