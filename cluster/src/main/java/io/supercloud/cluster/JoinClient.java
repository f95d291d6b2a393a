package io.supercloud.cluster;

import io.supercloud.cluster.internal.join.JoinMessage;
import io.supercloud.cluster.internal.security.Keys;
import io.supercloud.cluster.internal.security.Pem;
import io.supercloud.cluster.internal.security.PinnedAuthority;
import io.supercloud.cluster.internal.security.SigningRequests;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/** How a new host gets its certificate with a token. */
public final class JoinClient {
    private static final int TIME_LIMIT_MILLIS = 40_000;

    private JoinClient() {}

    /**
     * Makes a key, asks for the certificate of an agent and returns both; {@link Identity#store} keeps them. Blocks for
     * seconds at most.
     *
     * @param authorityFingerprint {@link CertificateAuthority#fingerprint}: only that deployment is told the token
     * @param name of the host for which the token was issued
     * @throws ClusterException where the server cannot be reached, is of another deployment, or refuses
     */
    public static Identity join(String address, int port, String authorityFingerprint, String token, String name) {
        PeerIdentity self = new PeerIdentity(Role.AGENT, name);
        PinnedAuthority pinned = new PinnedAuthority(authorityFingerprint.toLowerCase(Locale.ROOT));
        KeyPair pair = Keys.generate();
        JoinMessage.Request request =
                new JoinMessage.Request(token, name, SigningRequests.encode(pair, self.subject()));
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), TIME_LIMIT_MILLIS);
            socket.setSoTimeout(TIME_LIMIT_MILLIS);
            return switch (exchange(socket, address, port, pinned, request)) {
                case JoinMessage.Issued issued -> identity(self, pair, issued, pinned.authority());
                case JoinMessage.Refused refused ->
                    throw new ClusterException(
                            "%s:%d refused to let %s join: %s".formatted(address, port, name, refused.why()));
            };
        } catch (IOException | GeneralSecurityException e) {
            throw new ClusterException("%s cannot join at %s:%d: %s".formatted(name, address, port, e.getMessage()), e);
        }
    }

    private static JoinMessage.Answer exchange(
            Socket plain, String address, int port, PinnedAuthority pinned, JoinMessage.Request request)
            throws IOException, GeneralSecurityException {
        SSLContext tls = SSLContext.getInstance("TLSv1.3");
        tls.init(null, new TrustManager[] {pinned}, null);
        try (SSLSocket socket = (SSLSocket) tls.getSocketFactory().createSocket(plain, address, port, false)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.3"});
            socket.startHandshake();
            X509Certificate server = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            if (PeerIdentity.of(server).role() != Role.MANAGER) {
                throw new GeneralSecurityException("there is " + PeerIdentity.of(server) + " and no manager");
            }
            request.write(new DataOutputStream(socket.getOutputStream()));
            return JoinMessage.Answer.read(new DataInputStream(socket.getInputStream()));
        }
    }

    private static Identity identity(
            PeerIdentity self, KeyPair pair, JoinMessage.Issued issued, X509Certificate authority)
            throws GeneralSecurityException {
        X509Certificate certificate = Pem.certificate(issued.certificate());
        certificate.verify(authority.getPublicKey());
        if (!certificate.getPublicKey().equals(pair.getPublic())
                || !PeerIdentity.of(certificate).equals(self)) {
            throw new GeneralSecurityException("the certificate that came is for another key or name");
        }
        return new Identity(pair.getPrivate(), List.of(certificate, authority), List.of(authority), null);
    }
}
