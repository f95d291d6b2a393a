package io.supercloud.cluster;

import io.supercloud.cluster.internal.join.JoinMessage;
import io.supercloud.cluster.internal.security.SigningRequests;
import io.supercloud.core.SupercloudException;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLServerSocket;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Gives agents that show a token their certificates. The only port that serves those without a certificate. */
public final class JoinServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JoinServer.class);
    private static final int MAX_CONNECTIONS = 32;
    /** Without it the JDK closes a TLS connection only after a write that is under way, however long that takes. */
    private static final int LINGER_SECONDS = 1;

    private static final long CONNECTION_LIMIT_MILLIS = 30_000;

    private final SSLServerSocket listener;
    private final CertificateAuthority authority;
    private final JoinTokens tokens;
    private final Duration validity;
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("join-timer").factory());

    private JoinServer(SSLServerSocket listener, CertificateAuthority authority, JoinTokens tokens, Duration validity) {
        this.listener = listener;
        this.authority = authority;
        this.tokens = tokens;
        this.validity = validity;
    }

    /**
     * Listens and returns when it does.
     *
     * @param bind port 0 for any that is free
     * @param identity the manager's, issued by {@code authority}
     * @param validity of the certificates that are issued, at most {@link CertificateAuthority#MAX_VALIDITY}
     * @throws ClusterException where the address is taken or not this machine's
     */
    public static JoinServer start(
            InetSocketAddress bind,
            Identity identity,
            CertificateAuthority authority,
            JoinTokens tokens,
            Duration validity) {
        try {
            SSLServerSocket listener = identity.joinListener(bind);
            JoinServer server = new JoinServer(listener, authority, tokens, validity);
            Thread.ofVirtual().name("join-server").start(server::accept);
            return server;
        } catch (IOException e) {
            throw new ClusterException(
                    "cannot listen for joining hosts on %s; is the address this machine's, and free?".formatted(bind),
                    e);
        }
    }

    public int port() {
        return listener.getLocalPort();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket socket = listener.accept();
                connections.add(socket);
                if (connections.size() > MAX_CONNECTIONS) {
                    end(socket);
                } else {
                    Thread.ofVirtual().name("join").start(() -> serve(socket));
                }
            } catch (IOException e) {
                LOG.debug("no connection accepted", e);
            }
        }
    }

    private void serve(Socket socket) {
        ScheduledFuture<?> limit = timer.schedule(() -> end(socket), CONNECTION_LIMIT_MILLIS, TimeUnit.MILLISECONDS);
        try {
            socket.setSoTimeout((int) CONNECTION_LIMIT_MILLIS);
            socket.setSoLinger(true, LINGER_SECONDS);
            DataInputStream in = new DataInputStream(socket.getInputStream());
            answer(JoinMessage.Request.read(in)).write(new DataOutputStream(socket.getOutputStream()));
        } catch (IOException e) {
            LOG.warn("the join from {} ended early: {}", socket.getRemoteSocketAddress(), e.getMessage());
        } finally {
            limit.cancel(false);
            end(socket);
        }
    }

    private JoinMessage.Answer answer(JoinMessage.Request request) {
        try {
            PeerIdentity host = new PeerIdentity(Role.AGENT, request.hostName());
            PublicKey key = SigningRequests.verifiedKey(request.signingRequest());
            if (!tokens.redeem(request.token(), host.name())) {
                LOG.warn("a join as {} was refused: its token is not valid", host);
                return new JoinMessage.Refused(
                        "the token is not valid for the host %s: it is used up, has expired or is"
                                        .formatted(host.name())
                                + " for another one; get a new one");
            }
            byte[] certificate = authority.issue(key, host, validity, List.of()).getEncoded();
            LOG.info("{} joined", host);
            return new JoinMessage.Issued(certificate);
        } catch (SupercloudException | GeneralSecurityException e) {
            LOG.warn("a join was refused: {}", e.getMessage());
            return new JoinMessage.Refused("" + e.getMessage());
        }
    }

    private void end(Socket socket) {
        connections.remove(socket);
        try {
            socket.close();
        } catch (IOException e) {
            LOG.debug("a connection of a joining host did not close in order", e);
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.debug("the join port did not close in order", e);
        }
        connections.forEach(this::end);
        timer.shutdownNow();
    }
}
