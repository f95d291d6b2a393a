package io.supercloud.overlay.cloud.ssh;

import io.supercloud.core.Ipv4;
import java.io.IOException;
import java.net.SocketAddress;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.core.CoreModuleProperties;

/** Opens shells with Apache MINA SSHD; nothing of the user's own SSH configuration is read. */
public final class MinaConnector implements RemoteShell.Connector {
    private static final String USER = "root";
    public static final int PORT = 22;
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final int UNANSWERED_HEARTBEATS = 3;
    private static final long RETRY_MILLIS = 200;

    @Override
    public RemoteShell connect(Ipv4 address, KeyPair key, Optional<String> hostKeyFingerprint, Duration timeout) {
        long limit = System.nanoTime() + timeout.toNanos();
        AtomicReference<String> seen = new AtomicReference<>("");
        SshClient client = client(hostKeyFingerprint, seen);
        try {
            client.start();
            ClientSession session = session(client, address, key, limit);
            return new MinaShell(client, session, address, seen.get());
        } catch (IOException e) {
            client.stop();
            boolean wrongKey = hostKeyFingerprint.isPresent()
                    && !seen.get().isEmpty()
                    && !hostKeyFingerprint.get().equals(seen.get());
            throw wrongKey
                    ? new SshException("host %s shows key %s, not %s as before: it is not the same host"
                            .formatted(address, seen.get(), hostKeyFingerprint.get()))
                    : new SshException(
                            "host %s did not let us in by SSH within %d ms".formatted(address, timeout.toMillis()), e);
        } catch (RuntimeException e) {
            client.stop();
            throw e;
        }
    }

    private static SshClient client(Optional<String> expected, AtomicReference<String> seen) {
        SshClient client = SshClient.setUpDefaultClient();
        client.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
        client.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
        client.setServerKeyVerifier((session, remote, key) -> accepts(expected, seen, remote, key));
        CoreModuleProperties.HEARTBEAT_INTERVAL.set(client, HEARTBEAT);
        CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(client, UNANSWERED_HEARTBEATS);
        return client;
    }

    private static boolean accepts(
            Optional<String> expected, AtomicReference<String> seen, SocketAddress remote, PublicKey key) {
        String fingerprint = KeyUtils.getFingerPrint(key);
        seen.set(fingerprint);
        return remote != null && expected.map(fingerprint::equals).orElse(true);
    }

    private static ClientSession session(SshClient client, Ipv4 address, KeyPair key, long limit) throws IOException {
        while (true) {
            Duration left = Duration.ofNanos(Math.max(1_000_000, limit - System.nanoTime()));
            ClientSession session = null;
            try {
                session = client.connect(USER, address.toString(), PORT)
                        .verify(left)
                        .getSession();
                session.addPublicKeyIdentity(key);
                session.auth().verify(left);
                return session;
            } catch (IOException e) {
                boolean reached = session != null && session.getServerKey() != null;
                if (session != null) {
                    session.close(true);
                }
                if (reached || System.nanoTime() + RETRY_MILLIS * 1_000_000 > limit) {
                    throw e;
                }
            }
            pause(address);
        }
    }

    private static void pause(Ipv4 address) {
        LockSupport.parkNanos(RETRY_MILLIS * 1_000_000);
        if (Thread.currentThread().isInterrupted()) {
            throw new SshException("interrupted while connecting to " + address);
        }
    }
}
