package io.supercloud.image.internal.nbd;

import io.supercloud.image.BlockDevice;
import io.supercloud.image.NbdCatalog;
import io.supercloud.image.NbdTls;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client, from the greeting to the end. To be run on a thread of its own. */
final class NbdConnection implements Runnable {
    private static final long HANDSHAKE_TIMEOUT_MILLIS = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(NbdConnection.class);

    private final String listener;
    private final NbdCatalog catalog;
    private final Optional<NbdTls> tls;
    private final SocketChannel channel;
    private final ThreadFactory threads;
    private volatile boolean negotiated;

    /**
     * @param listener the name of who let the client in
     * @param tls where present, the client must begin it
     * @param channel blocking; the connection closes it when it ends, and ends when somebody else closes it
     * @param threads where requests wait
     */
    NbdConnection(
            String listener, NbdCatalog catalog, Optional<NbdTls> tls, SocketChannel channel, ThreadFactory threads) {
        this.listener = listener;
        this.catalog = catalog;
        this.tls = tls;
        this.channel = channel;
        this.threads = threads;
    }

    @Override
    public void run() {
        CompletableFuture.delayedExecutor(HANDSHAKE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .execute(this::requireNegotiated);
        try {
            serve();
        } catch (NbdProtocolException e) {
            LOG.warn("A client of NBD listener {} is disconnected: {}", listener, e.getMessage());
        } catch (IOException e) {
            LOG.debug("The connection of a client of NBD listener {} broke", listener, e);
        } finally {
            close();
        }
    }

    private void requireNegotiated() {
        if (!negotiated) {
            close();
        }
    }

    private void serve() throws IOException {
        Negotiation negotiation = new Negotiation(catalog);
        Wire wire = new Wire(channel);
        if (tls.isPresent()) {
            if (!negotiation.awaitTls(wire)) {
                return;
            }
            wire = new Wire(TlsChannel.accept(channel, tls.get()));
        } else {
            negotiation.greet(wire);
        }
        if (!negotiation.run(wire)) {
            return;
        }
        negotiated = true;
        BlockDevice device = negotiation.device();
        Replies replies = new Replies(negotiation.structured());
        LaterRequests later = new LaterRequests(wire, replies, device, negotiation.allocationContext(), threads);
        try {
            new Transmission(wire, replies, device, later).run();
        } finally {
            later.drop();
        }
    }

    private void close() {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("The connection of a client of NBD listener {} could not be closed", listener, e);
        }
    }
}
