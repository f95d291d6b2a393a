package io.supercloud.image.internal.nbd;

import io.supercloud.image.NbdCatalog;
import io.supercloud.image.NbdTls;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets the clients of one listening socket in, each on a thread of its own, up to a number. */
public final class NbdAcceptor implements AutoCloseable {
    private static final int MAX_CONNECTIONS = 64;
    private static final long RETRY_NANOS = 100_000_000;
    private static final Logger LOG = LoggerFactory.getLogger(NbdAcceptor.class);

    private final String name;
    private final NbdCatalog catalog;
    private final Optional<NbdTls> tls;
    private final ServerSocketChannel listener;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    /** Not virtual: a client's next request wakes its thread without a detour. */
    private final ThreadFactory threads;

    /**
     * @param name of the listener, for messages and threads
     * @param tls where present, nothing is served without it
     */
    public NbdAcceptor(String name, NbdCatalog catalog, Optional<NbdTls> tls, ServerSocketChannel listener) {
        this.name = name;
        this.catalog = catalog;
        this.tls = tls;
        this.listener = listener;
        this.threads = Thread.ofPlatform().daemon().name("nbd-" + name + "-", 0).factory();
    }

    public void start() {
        threads.newThread(this::accept).start();
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                admit(listener.accept());
            } catch (ClosedChannelException e) {
                LOG.debug("NBD listener {} is closed", name, e);
            } catch (IOException e) {
                LOG.warn("NBD listener {} could not accept a client", name, e);
                LockSupport.parkNanos(RETRY_NANOS);
            }
        }
    }

    private void admit(SocketChannel client) throws IOException {
        connections.add(client);
        if (connections.size() > MAX_CONNECTIONS || !listener.isOpen()) {
            connections.remove(client);
            client.close();
            return;
        }
        threads.newThread(() -> {
                    try {
                        new NbdConnection(name, catalog, tls, client, threads).run();
                    } finally {
                        connections.remove(client);
                    }
                })
                .start();
    }

    /** How many clients are connected. */
    public int connections() {
        return connections.size();
    }

    /** Disconnects all clients and stops listening. Requests under way end unanswered. */
    @Override
    public void close() throws IOException {
        listener.close();
        for (SocketChannel client : connections) {
            client.close();
        }
    }
}
