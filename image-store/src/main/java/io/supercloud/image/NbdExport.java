package io.supercloud.image;

import io.supercloud.image.internal.nbd.NbdAcceptor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** A device that NBD clients can reach over a Unix socket. */
public final class NbdExport implements DiskServer.Export {
    private final String name;
    private final Path socket;
    private final NbdAcceptor acceptor;
    private final Consumer<NbdExport> closed;

    NbdExport(String name, Path socket, NbdAcceptor acceptor, Consumer<NbdExport> closed) {
        this.name = name;
        this.socket = socket;
        this.acceptor = acceptor;
        this.closed = closed;
    }

    public String name() {
        return name;
    }

    public Path socket() {
        return socket;
    }

    /** How many clients are connected. */
    public int connections() {
        return acceptor.connections();
    }

    /** Disconnects all clients, stops listening and removes the socket's file. Requests under way end unanswered. */
    @Override
    public void close() {
        closed.accept(this);
        try {
            acceptor.close();
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new ImageStoreException("the socket %s could not be removed".formatted(socket), e);
        }
    }
}
