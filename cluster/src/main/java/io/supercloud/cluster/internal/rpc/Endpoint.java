package io.supercloud.cluster.internal.rpc;

import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.supercloud.cluster.RpcHandler;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Opens connections on event loops of its own and ends them together. */
public final class Endpoint implements AutoCloseable {
    private static final int EVENT_LOOPS = 2;
    private static final int MAX_CONNECTIONS = 1_024;
    private static final long CLOSE_LIMIT_MILLIS = 1_000;

    private final EventLoopGroup loops;
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private final ObjectCodec codec;

    public Endpoint(String name, ObjectCodec codec) {
        this.loops = new MultiThreadIoEventLoopGroup(
                EVENT_LOOPS, new DefaultThreadFactory(name, true), NioIoHandler.newFactory());
        this.codec = codec;
    }

    /** Listens; the future's channel has the local address. */
    public ChannelFuture listen(InetSocketAddress bind, SslContext tls, RpcHandler handler) {
        ServerBootstrap bootstrap = new ServerBootstrap()
                .group(loops)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        accept(channel, tls, handler);
                    }
                });
        ChannelFuture bound = bootstrap.bind(bind);
        channels.add(bound.channel());
        return bound;
    }

    private void accept(Channel channel, SslContext tls, RpcHandler handler) {
        channels.add(channel);
        if (channels.size() > MAX_CONNECTIONS) {
            channel.close();
        } else {
            new ServerConnection(codec, handler).install(channel, tls);
        }
    }

    /** Connects and greets. */
    public CompletableFuture<ClientConnection> connect(InetSocketAddress to, SslContext tls) {
        ClientConnection connection = new ClientConnection();
        ChannelFuture connecting = new Bootstrap()
                .group(loops)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) PeerHandler.GREETING_LIMIT_MILLIS)
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        channels.add(channel);
                        connection.install(channel, tls);
                    }
                })
                .connect(to);
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                connection.readiness().completeExceptionally(done.cause());
            }
        });
        return connection.readiness();
    }

    @Override
    public void close() {
        channels.close().awaitUninterruptibly(CLOSE_LIMIT_MILLIS);
        loops.shutdownGracefully(0, CLOSE_LIMIT_MILLIS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(2 * CLOSE_LIMIT_MILLIS);
    }
}
