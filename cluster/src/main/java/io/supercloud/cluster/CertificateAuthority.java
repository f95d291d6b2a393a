package io.supercloud.cluster;

import io.supercloud.cluster.internal.security.Keys;
import io.supercloud.cluster.internal.security.Pem;
import io.supercloud.core.Names;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.IPAddress;

/**
 * The certificate authority of one deployment (X.509, RFC 5280; ECDSA P-256 with SHA-256). It issues certificates to
 * processes, never to further authorities. Safe for use by many threads.
 *
 * <p>In a directory it is {@code ca-key.pem} (mode 0600) and {@code ca.pem}.
 */
public final class CertificateAuthority {
    /** No certificate of a process is valid for longer. */
    public static final Duration MAX_VALIDITY = Duration.ofDays(397);

    private static final Duration AUTHORITY_VALIDITY = Duration.ofDays(3_650);
    private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);
    private static final int SERIAL_BITS = 128;
    private static final String KEY_FILE = "ca-key.pem";
    private static final String CERTIFICATE_FILE = "ca.pem";
    private static final SecureRandom RANDOM = new SecureRandom();

    private final PrivateKey key;
    private final X509Certificate certificate;

    private CertificateAuthority(PrivateKey key, X509Certificate certificate) {
        this.key = key;
        this.certificate = certificate;
    }

    /**
     * Makes a new authority in {@code directory}.
     *
     * @param deployment its name, a DNS label
     * @throws ClusterException where the directory holds an authority already
     */
    public static CertificateAuthority create(Path directory, String deployment) {
        Names.require("deployment", deployment);
        Path keyFile = directory.resolve(KEY_FILE);
        if (Files.exists(keyFile)) {
            throw new ClusterException(
                    "%s holds a certificate authority already; load it instead".formatted(directory));
        }
        KeyPair pair = Keys.generate();
        X500Name name = new X500Name("CN=supercloud authority of " + deployment);
        try {
            X509v3CertificateBuilder builder = builder(name, name, pair.getPublic(), AUTHORITY_VALIDITY);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            X509Certificate certificate = sign(builder, pair.getPrivate());
            Pem.write(directory.resolve(CERTIFICATE_FILE), Pem.encode(List.of(certificate)));
            Pem.writeSecret(keyFile, Pem.encode(pair.getPrivate()));
            return new CertificateAuthority(pair.getPrivate(), certificate);
        } catch (CertIOException e) {
            throw new ClusterException("the certificate of the authority cannot be encoded", e);
        }
    }

    /** Reads what {@link #create} wrote. Throws {@link ClusterException} where a file is missing or damaged. */
    public static CertificateAuthority load(Path directory) {
        Path keyFile = directory.resolve(KEY_FILE);
        return new CertificateAuthority(
                Pem.privateKey(keyFile, Pem.read(keyFile)),
                Pem.certificates(directory.resolve(CERTIFICATE_FILE)).getFirst());
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** The SHA-256 of the authority's certificate: 64 hexadecimal digits, which travel with a join token. */
    public String fingerprint() {
        try {
            return Keys.fingerprint(certificate);
        } catch (GeneralSecurityException e) {
            throw new ClusterException("the certificate of the authority cannot be encoded", e);
        }
    }

    /**
     * A certificate for {@code publicKey}.
     *
     * @param validity at most {@link #MAX_VALIDITY}
     * @param addresses the IP addresses and DNS names at which the process is reached; needed for the registry alone,
     *     whose clients compare them
     */
    public X509Certificate issue(PublicKey publicKey, PeerIdentity subject, Duration validity, List<String> addresses) {
        if (validity.isNegative() || validity.isZero() || validity.compareTo(MAX_VALIDITY) > 0) {
            throw new ClusterException(
                    "a certificate for %s cannot be valid for %s; use more than nothing and at most %d days"
                            .formatted(subject, validity, MAX_VALIDITY.toDays()));
        }
        try {
            X500Name issuer =
                    X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
            X509v3CertificateBuilder builder = builder(issuer, subject.subject(), publicKey, validity);
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, purposes(subject.role()));
            if (!addresses.isEmpty()) {
                builder.addExtension(Extension.subjectAlternativeName, false, alternativeNames(addresses));
            }
            return sign(builder, key);
        } catch (CertIOException e) {
            throw new ClusterException("the certificate for %s cannot be encoded".formatted(subject), e);
        }
    }

    /** A new key with its certificate, for a process of this machine; parameters as in {@link #issue}. */
    public Identity newIdentity(PeerIdentity subject, Duration validity, String... addresses) {
        KeyPair pair = Keys.generate();
        X509Certificate issued = issue(pair.getPublic(), subject, validity, List.of(addresses));
        return new Identity(pair.getPrivate(), List.of(issued, certificate), List.of(certificate), null);
    }

    private static ExtendedKeyUsage purposes(Role role) {
        return switch (role) {
            case CLIENT -> new ExtendedKeyUsage(KeyPurposeId.id_kp_clientAuth);
            case MANAGER, AGENT, REGISTRY ->
                new ExtendedKeyUsage(new KeyPurposeId[] {KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth});
        };
    }

    private static GeneralNames alternativeNames(List<String> addresses) {
        return new GeneralNames(addresses.stream()
                .map(address -> new GeneralName(
                        IPAddress.isValid(address) ? GeneralName.iPAddress : GeneralName.dNSName, address))
                .toArray(GeneralName[]::new));
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, PublicKey publicKey, Duration validity) {
        Instant now = Instant.now();
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, RANDOM).setBit(SERIAL_BITS - 1),
                Date.from(now.minus(CLOCK_SKEW)),
                Date.from(now.plus(validity)),
                subject,
                publicKey);
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key) {
        try {
            return new JcaX509CertificateConverter()
                    .getCertificate(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(key)));
        } catch (OperatorCreationException | GeneralSecurityException e) {
            throw new ClusterException("the authority's key cannot sign; restore its directory", e);
        }
    }
}
