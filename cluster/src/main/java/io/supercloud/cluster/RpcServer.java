package io.supercloud.cluster;

import io.netty.channel.ChannelFuture;
import io.supercloud.cluster.internal.rpc.Endpoint;
import java.net.InetSocketAddress;

/**
 * Answers calls of processes of the same deployment, by TLS with certificates on both sides. At most 64 requests of a
 * connection are handled at a time; the others wait unread.
 */
public final class RpcServer implements AutoCloseable {
    private final Endpoint endpoint;
    private final InetSocketAddress address;

    private RpcServer(Endpoint endpoint, InetSocketAddress address) {
        this.endpoint = endpoint;
        this.address = address;
    }

    /**
     * Listens and returns when it does.
     *
     * @param bind port 0 for any that is free
     * @throws ClusterException where the address is taken or not this machine's
     */
    public static RpcServer start(InetSocketAddress bind, Identity identity, MessageTypes types, RpcHandler handler) {
        Endpoint endpoint = new Endpoint("rpc-server", types.codec());
        ChannelFuture bound =
                endpoint.listen(bind, identity.serverContext(), handler).awaitUninterruptibly();
        if (!bound.isSuccess()) {
            endpoint.close();
            throw new ClusterException(
                    "cannot listen for calls on %s; is the address this machine's, and free?".formatted(bind),
                    bound.cause());
        }
        return new RpcServer(endpoint, (InetSocketAddress) bound.channel().localAddress());
    }

    public int port() {
        return address.getPort();
    }

    public InetSocketAddress address() {
        return address;
    }

    /** Closes all connections; handlers that run go on and their replies are lost. */
    @Override
    public void close() {
        endpoint.close();
    }
}
