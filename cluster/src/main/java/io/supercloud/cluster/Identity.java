package io.supercloud.cluster;

import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.supercloud.cluster.internal.security.Pem;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLServerSocket;

/**
 * Who this process is and whom it trusts: private key, certificate chain (own first, the deployment's authority last) and
 * trust anchors.
 *
 * <p>In a directory it is two PEM files: {@value #IDENTITY_FILE} (key in PKCS #8, then the chain; mode 0600) and {@value
 * #AUTHORITIES_FILE}. ZooKeeper reads the same files.
 */
public final class Identity {
    static final String IDENTITY_FILE = "identity.pem";
    static final String AUTHORITIES_FILE = "authorities.pem";
    private static final String PROTOCOL = "TLSv1.3";

    private final PrivateKey key;
    private final List<X509Certificate> chain;
    private final List<X509Certificate> authorities;
    private final PeerIdentity self;
    private final Path directory;

    Identity(PrivateKey key, List<X509Certificate> chain, List<X509Certificate> authorities, Path directory) {
        this.key = key;
        this.chain = List.copyOf(chain);
        this.authorities = List.copyOf(authorities);
        this.self = PeerIdentity.of(chain.getFirst());
        this.directory = directory;
    }

    /** Reads what {@link #store} wrote. Throws {@link ClusterException} where a file is missing or damaged. */
    public static Identity load(Path directory) {
        Path file = directory.resolve(IDENTITY_FILE);
        String text = Pem.read(file);
        List<X509Certificate> chain = Pem.certificates(file, text);
        List<X509Certificate> authorities = Pem.certificates(directory.resolve(AUTHORITIES_FILE));
        return new Identity(Pem.privateKey(file, text), chain, authorities, directory);
    }

    /** Writes the files, making the directory where needed, and returns this identity as it lives there. */
    public Identity store(Path where) {
        Pem.writeSecret(where.resolve(IDENTITY_FILE), Pem.encode(key) + Pem.encode(chain));
        Pem.write(where.resolve(AUTHORITIES_FILE), Pem.encode(authorities));
        return new Identity(key, chain, authorities, where);
    }

    /**
     * Writes the key (mode 0600), the certificate, the authorities and a Diffie-Hellman group under the names that QEMU's
     * {@code tls-creds-x509} reads, for both ends of a connection.
     */
    public void storeForStreams(Path where) {
        Pem.write(where.resolve("ca-cert.pem"), Pem.encode(authorities));
        Pem.write(where.resolve("dh-params.pem"), DhGroup.PEM);
        for (String end : List.of("server", "client")) {
            Pem.write(where.resolve(end + "-cert.pem"), Pem.encode(List.of(certificate())));
            Pem.writeSecret(
                    where.resolve(end + "-key.pem"),
                    Pem.encode(key, certificate().getPublicKey()));
        }
    }

    public PeerIdentity self() {
        return self;
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    /** Where this identity was loaded from or stored; empty while it lives in memory alone. */
    public Optional<Path> directory() {
        return Optional.ofNullable(directory);
    }

    /** TLS 1.3 for a server that refuses clients without a certificate of this deployment. */
    public SslContext serverContext() {
        return build(SslContextBuilder.forServer(key, chain)
                .trustManager(authorities)
                .clientAuth(ClientAuth.REQUIRE));
    }

    /**
     * TLS 1.3 for a client that shows its certificate. The server's certificate is verified up to the deployment's
     * authority; its name is not compared with its address: callers compare the {@link PeerIdentity}.
     */
    public SslContext clientContext() {
        return build(SslContextBuilder.forClient()
                .keyManager(key, chain)
                .trustManager(authorities)
                .endpointIdentificationAlgorithm(null));
    }

    /** As {@link #serverContext}, for plain sockets: the server must ask each for its client's certificate. */
    public SSLContext socketContext() {
        return ((JdkSslContext) serverContext()).context();
    }

    /** Listens with TLS 1.3 for clients that have no certificate yet. */
    SSLServerSocket joinListener(InetSocketAddress bind) throws IOException {
        JdkSslContext context = (JdkSslContext) build(SslContextBuilder.forServer(key, chain));
        SSLServerSocket listener =
                (SSLServerSocket) context.context().getServerSocketFactory().createServerSocket();
        listener.setEnabledProtocols(new String[] {PROTOCOL});
        listener.bind(bind);
        return listener;
    }

    private SslContext build(SslContextBuilder builder) {
        try {
            return builder.sslProvider(SslProvider.JDK).protocols(PROTOCOL).build();
        } catch (SSLException e) {
            throw new ClusterException(
                    "the certificate of %s cannot be used for TLS; issue a new one".formatted(self), e);
        }
    }

    Path requireDirectory() {
        return directory()
                .orElseThrow(() -> new ClusterException(
                        "ZooKeeper reads certificates from files: call store(directory) on the identity of %s first"
                                .formatted(self)));
    }
}
