package io.supercloud.image.internal.nbd;

import io.supercloud.image.BlockDevice;
import java.io.IOException;
import java.nio.channels.ByteChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client, from the greeting to the end. To be run on a thread of its own. */
public final class NbdConnection implements Runnable {
    private static final long HANDSHAKE_TIMEOUT_MILLIS = 10_000;
    private static final Logger LOG = LoggerFactory.getLogger(NbdConnection.class);

    private final String exportName;
    private final BlockDevice device;
    private final Wire wire;
    private final ThreadFactory threads;
    private volatile boolean negotiated;

    /**
     * @param channel blocking; the connection closes it when it ends, and ends when somebody else closes it
     * @param threads where requests wait
     */
    public NbdConnection(String exportName, BlockDevice device, ByteChannel channel, ThreadFactory threads) {
        this.exportName = exportName;
        this.device = device;
        this.wire = new Wire(channel);
        this.threads = threads;
    }

    @Override
    public void run() {
        CompletableFuture.delayedExecutor(HANDSHAKE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS)
                .execute(this::requireNegotiated);
        try {
            serve();
        } catch (NbdProtocolException e) {
            LOG.warn("A client of NBD export {} is disconnected: {}", exportName, e.getMessage());
        } catch (IOException e) {
            LOG.debug("The connection of a client of NBD export {} broke", exportName, e);
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
        Negotiation negotiation = new Negotiation(exportName, device.sizeBytes());
        if (!negotiation.run(wire)) {
            return;
        }
        negotiated = true;
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
            wire.close();
        } catch (IOException e) {
            LOG.debug("The connection of a client of NBD export {} could not be closed", exportName, e);
        }
    }
}
