package io.supercloud.cluster;

import io.netty.handler.ssl.SslContext;
import io.supercloud.cluster.internal.rpc.ClientConnection;
import io.supercloud.cluster.internal.rpc.Endpoint;
import io.supercloud.cluster.internal.rpc.Frame;
import io.supercloud.cluster.internal.rpc.ObjectCodec;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls servers of the same deployment. Keeps one connection to each address and makes it again when it has broken. */
public final class RpcClient implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RpcClient.class);

    private final SslContext tls;
    private final ObjectCodec codec;
    private final Endpoint endpoint;
    private final Map<InetSocketAddress, CompletableFuture<ClientConnection>> connections = new ConcurrentHashMap<>();
    private volatile boolean closed;

    public RpcClient(Identity identity, MessageTypes types) {
        this.tls = identity.clientContext();
        this.codec = types.codec();
        this.endpoint = new Endpoint("rpc-client", codec);
    }

    /** As {@link #call(InetSocketAddress, PeerIdentity, Object, Class, Duration)}, to any server of the deployment. */
    public <R> R call(InetSocketAddress to, Object request, Class<R> reply, Duration timeout) {
        return call(to, null, request, reply, timeout);
    }

    /**
     * Sends a request and returns the reply. Blocks for {@code timeout} at most, connecting included.
     *
     * @param expected who must be there; nothing is sent to anybody else
     * @throws RpcException where no reply came
     * @throws ClusterException where the request cannot be encoded, or the reply is of another type
     */
    public <R> R call(InetSocketAddress to, PeerIdentity expected, Object request, Class<R> reply, Duration timeout) {
        long deadlineNanos = System.nanoTime() + timeout.toNanos();
        ByteBuffer object = codec.encode(request);
        try {
            return reply(to, exchange(to, expected, object, deadlineNanos), reply);
        } catch (TimeoutException e) {
            throw new RpcException.TimedOut("%s did not answer %s within %d ms"
                    .formatted(to, request.getClass().getSimpleName(), timeout.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RpcException.Unreachable("the call to %s was interrupted".formatted(to), true, e);
        }
    }

    /** Connects ahead of the first call, in the background. */
    public void warm(InetSocketAddress to) {
        connecting(to).whenComplete((connection, error) -> {
            if (error != null) {
                LOG.debug("{} cannot be reached yet", to, error);
            }
        });
    }

    /** A second try where the first one's connection turned out dead before the request was on it. */
    private Answered exchange(InetSocketAddress to, PeerIdentity expected, ByteBuffer object, long deadlineNanos)
            throws TimeoutException, InterruptedException {
        try {
            return exchangeOnce(to, expected, object.duplicate(), deadlineNanos);
        } catch (ClientConnection.Failed first) {
            if (first.sent()) {
                throw broken(to, first);
            }
        }
        try {
            return exchangeOnce(to, expected, object.duplicate(), deadlineNanos);
        } catch (ClientConnection.Failed second) {
            throw broken(to, second);
        }
    }

    private static RpcException.Unreachable broken(InetSocketAddress to, ClientConnection.Failed failed) {
        return new RpcException.Unreachable(
                "the connection with %s broke before it answered".formatted(to), failed.sent(), failed.getCause());
    }

    private record Answered(ClientConnection by, Frame frame) {}

    private Answered exchangeOnce(InetSocketAddress to, PeerIdentity expected, ByteBuffer object, long deadlineNanos)
            throws ClientConnection.Failed, TimeoutException, InterruptedException {
        ClientConnection connection = connection(to, deadlineNanos);
        if (expected != null && !expected.equals(connection.server())) {
            throw new RpcException.Unreachable(
                    "%s is %s and not %s; nothing was sent".formatted(to, connection.server(), expected), false, null);
        }
        return new Answered(connection, connection.exchange(object, deadlineNanos));
    }

    private ClientConnection connection(InetSocketAddress to, long deadlineNanos) throws InterruptedException {
        try {
            return connecting(to).get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw new RpcException.Unreachable(
                    "%s cannot be reached: %s".formatted(to, e.getCause().getMessage()), false, e.getCause());
        } catch (TimeoutException e) {
            throw new RpcException.Unreachable("%s cannot be reached in time".formatted(to), false, e);
        }
    }

    /** The connection to an address, made or being made; a new one where the former is of no use any more. */
    private CompletableFuture<ClientConnection> connecting(InetSocketAddress to) {
        if (closed) {
            throw new RpcException.Unreachable("%s is not called: this client is closed".formatted(to), false, null);
        }
        return connections.compute(
                to, (address, former) -> former != null && isUsable(former) ? former : endpoint.connect(to, tls));
    }

    private static boolean isUsable(CompletableFuture<ClientConnection> connection) {
        return switch (connection.state()) {
            case RUNNING -> true;
            case SUCCESS -> connection.resultNow().isUsable();
            case FAILED, CANCELLED -> false;
        };
    }

    private <R> R reply(InetSocketAddress from, Answered answered, Class<R> type) {
        return switch (answered.frame()) {
            case Frame.Refused refused -> throw new RpcException.Refused(refused.kind(), refused.message());
            case Frame.Reply reply -> cast(from, decode(from, answered.by(), reply), type);
            case Frame.Hello hello -> throw new IllegalStateException("not an answer: " + hello);
            case Frame.Request request -> throw new IllegalStateException("not an answer: " + request);
        };
    }

    private Object decode(InetSocketAddress from, ClientConnection by, Frame.Reply reply) {
        try {
            return codec.decode(reply.object());
        } catch (ClusterException e) {
            by.fail(e);
            throw new RpcException.Unreachable("the reply of %s cannot be decoded".formatted(from), true, e);
        }
    }

    private static <R> R cast(InetSocketAddress from, Object object, Class<R> type) {
        if (object != null && !type.isInstance(object)) {
            throw new ClusterException("%s replied with %s where %s was expected; run the same release on both"
                    .formatted(from, object.getClass().getName(), type.getName()));
        }
        return type.cast(object);
    }

    @Override
    public void close() {
        closed = true;
        endpoint.close();
    }
}
