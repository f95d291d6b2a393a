package io.supercloud.image;

import io.supercloud.image.internal.nbd.NbdConnection;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A device that NBD clients can reach over a Unix socket. */
public final class NbdExport implements DiskServer.Export {
    private static final int MAX_CONNECTIONS = 64;
    private static final long RETRY_NANOS = 100_000_000;
    private static final Logger LOG = LoggerFactory.getLogger(NbdExport.class);

    private final String name;
    private final Path socket;
    private final BlockDevice device;
    private final ServerSocketChannel listener;
    private final Consumer<NbdExport> closed;
    private final Set<SocketChannel> connections = ConcurrentHashMap.newKeySet();
    /** Not virtual: a client's next request wakes its thread without a detour. */
    private final ThreadFactory threads;

    NbdExport(String name, Path socket, BlockDevice device, ServerSocketChannel listener, Consumer<NbdExport> closed) {
        this.name = name;
        this.socket = socket;
        this.device = device;
        this.listener = listener;
        this.closed = closed;
        this.threads = Thread.ofPlatform().daemon().name("nbd-" + name + "-", 0).factory();
    }

    void start() {
        threads.newThread(this::accept).start();
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                admit(listener.accept());
            } catch (ClosedChannelException e) {
                LOG.debug("NBD export {} is closed", name, e);
            } catch (IOException e) {
                LOG.warn("NBD export {} could not accept a client", name, e);
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
                        new NbdConnection(name, device, client, threads).run();
                    } finally {
                        connections.remove(client);
                    }
                })
                .start();
    }

    public String name() {
        return name;
    }

    public Path socket() {
        return socket;
    }

    /** How many clients are connected. */
    public int connections() {
        return connections.size();
    }

    /** Disconnects all clients, stops listening and removes the socket's file. Requests under way end unanswered. */
    @Override
    public void close() {
        closed.accept(this);
        try {
            listener.close();
            for (SocketChannel client : connections) {
                client.close();
            }
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new ImageStoreException("the socket %s could not be removed".formatted(socket), e);
        }
    }
}
