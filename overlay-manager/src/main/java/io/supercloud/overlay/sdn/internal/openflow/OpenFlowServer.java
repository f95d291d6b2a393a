package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.supercloud.overlay.sdn.OverlayException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** Listens on a Unix socket for the switch. One event loop thread carries all of its connections. */
public final class OpenFlowServer implements AutoCloseable {
    private static final long STOP_MILLIS = 2_000;

    private final Path socket;
    private final EventLoopGroup loop =
            new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("openflow", true), NioIoHandler.newFactory());
    private final ChannelGroup channels = new DefaultChannelGroup(loop.next());
    private Channel listening;

    /** Replaces a socket that an earlier process left at the same path. */
    public OpenFlowServer(Path socket, SwitchSession.Listener listener) {
        this.socket = socket;
        try {
            Files.createDirectories(socket.toAbsolutePath().getParent());
            Files.deleteIfExists(socket);
            listening = bootstrap(listener)
                    .bind(UnixDomainSocketAddress.of(socket))
                    .sync()
                    .channel();
        } catch (IOException failure) {
            loop.shutdownGracefully(0, STOP_MILLIS, TimeUnit.MILLISECONDS);
            throw new OverlayException(
                    "cannot listen for the switch at %s: check the directory".formatted(socket), failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            loop.shutdownGracefully(0, STOP_MILLIS, TimeUnit.MILLISECONDS);
            throw new OverlayException("interrupted while starting to listen at " + socket, interrupted);
        }
    }

    private ServerBootstrap bootstrap(SwitchSession.Listener listener) {
        return new ServerBootstrap()
                .group(loop)
                .channel(NioServerDomainSocketChannel.class)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        channel.pipeline()
                                .addLast(new LengthFieldBasedFrameDecoder(
                                        MessageCodec.MAX_BYTES,
                                        MessageCodec.LENGTH_OFFSET_BYTES,
                                        Short.BYTES,
                                        -(MessageCodec.LENGTH_OFFSET_BYTES + Short.BYTES),
                                        0))
                                .addLast(new SwitchSession(channel, listener));
                    }
                });
    }

    @Override
    public void close() {
        listening.close().awaitUninterruptibly(STOP_MILLIS);
        channels.close().awaitUninterruptibly(STOP_MILLIS);
        loop.shutdownGracefully(0, STOP_MILLIS, TimeUnit.MILLISECONDS).awaitUninterruptibly(STOP_MILLIS);
        try {
            Files.deleteIfExists(socket);
        } catch (IOException failure) {
            throw new OverlayException("cannot delete the socket " + socket, failure);
        }
    }
}
