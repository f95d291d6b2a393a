package io.supercloud.cluster;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;

/** Identities of a deployment made for a test. */
record Deployment(CertificateAuthority authority) {
    static Deployment create(Path directory) {
        return new Deployment(CertificateAuthority.create(directory, "test"));
    }

    Identity identity(Role role, String name) {
        return authority.newIdentity(new PeerIdentity(role, name), Duration.ofDays(1));
    }

    static InetSocketAddress anyPort() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
