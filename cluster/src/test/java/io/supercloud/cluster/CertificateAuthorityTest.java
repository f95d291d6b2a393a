package io.supercloud.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.InvalidValueException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    private static final Duration DAY = Duration.ofDays(1);

    @TempDir
    private Path directory;

    @Test
    void aLoadedAuthorityIsTheOneThatWasMade() throws Exception {
        CertificateAuthority made = CertificateAuthority.create(directory, "test");
        CertificateAuthority loaded = CertificateAuthority.load(directory);
        assertThat(loaded.fingerprint()).isEqualTo(made.fingerprint()).hasSize(64);
        loaded.newIdentity(new PeerIdentity(Role.AGENT, "host-1"), DAY)
                .certificate()
                .verify(made.certificate().getPublicKey());
        assertThatThrownBy(() -> CertificateAuthority.create(directory, "test"))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("load it");
    }

    @Test
    void privateKeysAreReadableByTheirOwnerAlone() throws IOException {
        CertificateAuthority authority = CertificateAuthority.create(directory, "test");
        authority.newIdentity(new PeerIdentity(Role.AGENT, "host-1"), DAY).store(directory.resolve("host-1"));
        for (String file : new String[] {"ca-key.pem", "host-1/identity.pem"}) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(file))))
                    .as(file)
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aCertificateSaysRoleAndNameAndForHowLong() {
        CertificateAuthority authority = CertificateAuthority.create(directory, "test");
        PeerIdentity host = new PeerIdentity(Role.AGENT, "host-1");
        Identity identity = authority.newIdentity(host, DAY);
        assertThat(PeerIdentity.of(identity.certificate())).isEqualTo(host);
        assertThat(identity.certificate().getNotAfter().toInstant())
                .isBeforeOrEqualTo(Instant.now().plus(DAY));
        assertThat(identity.certificate().getBasicConstraints())
                .as("no authority of its own")
                .isEqualTo(-1);
        assertThatThrownBy(() -> authority.newIdentity(host, Duration.ofDays(400)))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("397 days");
        assertThatThrownBy(() -> new PeerIdentity(Role.AGENT, "a,OU=manager"))
                .isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> PeerIdentity.of(authority.certificate())).isInstanceOf(ClusterException.class);
    }

    @Test
    void damagedFilesAreNamed() throws IOException {
        assertThatThrownBy(() -> Identity.load(directory)).hasMessageContaining("identity.pem");
        CertificateAuthority.create(directory, "test")
                .newIdentity(new PeerIdentity(Role.AGENT, "host-1"), DAY)
                .store(directory);
        Path file = directory.resolve("identity.pem");
        Files.writeString(file, Files.readString(file).replace('A', 'B'));
        assertThatThrownBy(() -> Identity.load(directory))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("identity.pem");
        Files.writeString(file, "nothing");
        assertThatThrownBy(() -> Identity.load(directory))
                .isInstanceOf(ClusterException.class)
                .hasMessageContaining("identity.pem");
    }
}
