package io.supercloud.cluster.internal.rpc;

import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.CorruptedFrameException;
import io.supercloud.cluster.RpcHandler;
import io.supercloud.core.SupercloudException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The server's end: each request is decoded, handled and answered on a virtual thread of its own. */
final class ServerConnection extends PeerHandler {
    /** Further requests stay unread, in the end at the client, until one of these is answered. */
    static final int MAX_CONCURRENT_REQUESTS = 64;

    private static final Logger LOG = LoggerFactory.getLogger(ServerConnection.class);
    private static final long WRITE_LIMIT_MILLIS = 30_000;

    private final ObjectCodec codec;
    private final RpcHandler handler;
    private int underWay;

    ServerConnection(ObjectCodec codec, RpcHandler handler) {
        this.codec = codec;
        this.handler = handler;
    }

    @Override
    void ready() {
        LOG.debug("{} connected from {}", peer(), channel().remoteAddress());
    }

    @Override
    void receive(Frame frame) {
        if (!(frame instanceof Frame.Request request)) {
            throw new CorruptedFrameException("a client sends requests alone");
        }
        underWay++;
        if (underWay >= MAX_CONCURRENT_REQUESTS) {
            channel().config().setAutoRead(false);
        }
        Thread.ofVirtual().name("call-of-" + peer().name()).start(() -> serve(request));
    }

    private void serve(Frame.Request request) {
        try {
            Object object = codec.decode(request.object());
            write(answer(request.call(), object));
        } catch (SupercloudException e) {
            onLoop(() -> end(e));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            onLoop(this::served);
        }
    }

    private Frame answer(long call, Object object) {
        try {
            return new Frame.Reply(call, codec.encode(handler.handle(object, peer())));
        } catch (SupercloudException e) {
            return refused(call, e);
        } catch (Throwable e) {
            LOG.error(
                    "a call of {} with {} failed",
                    peer(),
                    object == null ? null : object.getClass().getName(),
                    e);
            return refused(call, e);
        }
    }

    private static Frame refused(long call, Throwable error) {
        return new Frame.Refused(call, error.getClass().getSimpleName(), "" + error.getMessage());
    }

    /** Waits until the answer is written, so that a client that reads slowly holds up its own requests alone. */
    private void write(Frame answer) throws InterruptedException {
        ChannelFuture written = channel().writeAndFlush(answer.write(channel().alloc()));
        if (!written.await(WRITE_LIMIT_MILLIS)) {
            onLoop(() -> end(new CorruptedFrameException("the peer does not read its replies")));
        }
    }

    private void served() {
        underWay--;
        if (underWay < MAX_CONCURRENT_REQUESTS) {
            channel().config().setAutoRead(true);
        }
    }

    @Override
    void ended(Throwable cause) {
        LOG.debug("the connection with {} ended", peer(), cause);
    }
}
