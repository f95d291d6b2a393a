package io.supercloud.image;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerDomainSocketChannel;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.unix.DomainSocketAddress;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.supercloud.image.internal.nbd.NbdConnection;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;

/** Serves block devices to NBD clients, each at a Unix socket of its own. All exports share a few event loops. */
public final class NbdServer implements DiskServer, AutoCloseable {
    private static final int MAX_EVENT_LOOPS = 4;
    private static final int MAX_CONNECTIONS = 64;
    private static final int MAX_SOCKET_PATH_BYTES = 107;
    private static final long CLOSE_TIMEOUT_MILLIS = 5_000;

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(
            Math.min(MAX_EVENT_LOOPS, Runtime.getRuntime().availableProcessors()), EpollIoHandler.newFactory());

    /**
     * Exports {@code device} at {@code unixSocket}, where only this process's user can connect; a socket file that an
     * earlier process left there is replaced.
     *
     * @param exportName what clients ask for; the empty name leads here too
     * @throws ImageStoreException where the socket can not be made
     */
    @Override
    public NbdExport export(String exportName, Path unixSocket, BlockDevice device) {
        if (unixSocket.toString().length() > MAX_SOCKET_PATH_BYTES) {
            throw new ImageStoreException("the socket path %s is longer than %d bytes: choose a shorter folder"
                    .formatted(unixSocket, MAX_SOCKET_PATH_BYTES));
        }
        ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(EpollServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connections.add(channel);
                        if (connections.size() > MAX_CONNECTIONS) {
                            channel.close();
                            return;
                        }
                        channel.pipeline().addLast(new NbdConnection(exportName, device));
                    }
                });
        try {
            Files.deleteIfExists(unixSocket);
            Channel listener = bootstrap
                    .bind(new DomainSocketAddress(unixSocket.toString()))
                    .syncUninterruptibly()
                    .channel();
            Files.setPosixFilePermissions(unixSocket, PosixFilePermissions.fromString("rw-------"));
            return new NbdExport(exportName, unixSocket, listener, connections);
        } catch (IOException e) {
            throw new ImageStoreException("NBD export '%s' can not listen at %s".formatted(exportName, unixSocket), e);
        }
    }

    /** Stops serving; exports that are still open lose their clients. */
    @Override
    public void close() {
        loops.shutdownGracefully(0, CLOSE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
}
