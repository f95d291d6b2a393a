package io.supercloud.migration.hypervisor;

import io.supercloud.core.HostId;
import io.supercloud.migration.MigrationException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;

/**
 * With what both ends of a memory stream prove who they are.
 *
 * @param directory of PEM files: {@code ca-cert.pem}, {@code dh-params.pem}, and {@code server-} and {@code client-} each with
 *     {@code cert.pem} and {@code key.pem}, as QEMU wants them
 * @param subject the distinguished name in the certificate of a host's agent, in the order of its encoding: {@code
 *     OU=agent,CN=host-1}
 */
public record StreamCredentials(Path directory, Function<HostId, String> subject) {
    private static final List<String> CERTIFICATES = List.of("server-cert.pem", "client-cert.pem");

    /** When the first of the certificates ends. Read anew: they may have been renewed. */
    public Instant validUntil() {
        return CERTIFICATES.stream()
                .map(this::end)
                .min(Comparator.naturalOrder())
                .orElseThrow();
    }

    private Instant end(String name) {
        Path file = directory.resolve(name);
        try (InputStream pem = Files.newInputStream(file)) {
            return CertificateFactory.getInstance("X.509").generateCertificate(pem)
                            instanceof X509Certificate certificate
                    ? certificate.getNotAfter().toInstant()
                    : Instant.EPOCH;
        } catch (IOException | CertificateException e) {
            throw new MigrationException("the certificate %s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
    }
}
