package io.supercloud.image.internal.nbd;

import io.supercloud.image.NbdTls;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLSocket;

/** The server's end of a TLS connection, over a client's socket. One thread reads; one at a time writes. */
final class TlsChannel implements ByteChannel {
    private static final String PROTOCOL = "TLSv1.3";
    private static final int BUFFER_BYTES = 64 * 1024;

    private final SocketChannel channel;
    private final SSLSocket socket;
    private final byte[] incoming = new byte[BUFFER_BYTES];
    private final byte[] outgoing = new byte[BUFFER_BYTES];

    private TlsChannel(SocketChannel channel, SSLSocket socket) {
        this.channel = channel;
        this.socket = socket;
    }

    /**
     * Shakes hands.
     *
     * @throws NbdProtocolException where the client's certificate is good but its owner is not let in
     */
    static TlsChannel accept(SocketChannel channel, NbdTls tls) throws IOException {
        SSLSocket socket = (SSLSocket) tls.context().getSocketFactory().createSocket(channel.socket(), null, false);
        socket.setEnabledProtocols(new String[] {PROTOCOL});
        socket.setNeedClientAuth(true);
        socket.startHandshake();
        X509Certificate client = (X509Certificate) socket.getSession().getPeerCertificates()[0];
        if (!tls.admits().test(client)) {
            throw new NbdProtocolException("%s may not use disks here".formatted(client.getSubjectX500Principal()));
        }
        return new TlsChannel(channel, socket);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        int count = socket.getInputStream().read(incoming, 0, Math.min(target.remaining(), BUFFER_BYTES));
        if (count > 0) {
            target.put(incoming, 0, count);
        }
        return count;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        int count = Math.min(source.remaining(), BUFFER_BYTES);
        source.get(outgoing, 0, count);
        socket.getOutputStream().write(outgoing, 0, count);
        return count;
    }

    @Override
    public boolean isOpen() {
        return channel.isOpen();
    }

    /** Without a farewell: a client that reads nothing would let a thread that says one wait for ever. */
    @Override
    public void close() throws IOException {
        channel.close();
    }
}
