package io.supercloud.image;

import io.supercloud.image.internal.nbd.NbdAcceptor;
import java.io.IOException;
import java.net.InetSocketAddress;

/** A TCP address at which clients with a certificate reach the devices of a catalog, under TLS alone. */
public final class NbdListener implements AutoCloseable {
    private final InetSocketAddress address;
    private final NbdAcceptor acceptor;

    NbdListener(InetSocketAddress address, NbdAcceptor acceptor) {
        this.address = address;
        this.acceptor = acceptor;
    }

    /** Where it listens; the port is a real one, also where any was asked for. */
    public InetSocketAddress address() {
        return address;
    }

    public int connections() {
        return acceptor.connections();
    }

    /** Disconnects all clients and stops listening. */
    @Override
    public void close() {
        try {
            acceptor.close();
        } catch (IOException e) {
            throw new ImageStoreException("the NBD listener at %s could not be closed".formatted(address), e);
        }
    }
}
