package io.supercloud.image;

import io.netty.channel.Channel;
import io.netty.channel.group.ChannelGroup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A device that NBD clients can reach over a Unix socket. */
public final class NbdExport implements DiskServer.Export {
    private final String name;
    private final Path socket;
    private final Channel listener;
    private final ChannelGroup connections;

    NbdExport(String name, Path socket, Channel listener, ChannelGroup connections) {
        this.name = name;
        this.socket = socket;
        this.listener = listener;
        this.connections = connections;
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
        listener.close().syncUninterruptibly();
        connections.close().awaitUninterruptibly();
        try {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            throw new ImageStoreException("the socket %s could not be removed".formatted(socket), e);
        }
    }
}
