package io.supercloud.cluster.internal.rpc;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.LengthFieldBasedFrameDecoder;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.supercloud.cluster.PeerIdentity;
import io.supercloud.core.SupercloudException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.X509Certificate;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One end of a connection: TLS, then both hellos, then frames. All methods run on the connection's event loop. */
abstract class PeerHandler extends SimpleChannelInboundHandler<ByteBuf> {
    /** From the connection to the end of the greeting. */
    static final long GREETING_LIMIT_MILLIS = 5_000;

    private static final Logger LOG = LoggerFactory.getLogger(PeerHandler.class);

    private volatile Channel channel;
    private volatile PeerIdentity peer;
    private boolean greeted;

    /** Puts TLS, framing and this handler in place. */
    void install(Channel added, SslContext tls) {
        channel = added;
        SslHandler handler = tls.newHandler(added.alloc());
        handler.setHandshakeTimeoutMillis(GREETING_LIMIT_MILLIS);
        ChannelPipeline pipeline = added.pipeline();
        pipeline.addLast(handler);
        pipeline.addLast(new LengthFieldBasedFrameDecoder(
                Frame.MAX_FRAME_BYTES, 0, Frame.LENGTH_BYTES, 0, Frame.LENGTH_BYTES, true));
        pipeline.addLast(new FlowControlHandler());
        pipeline.addLast(this);
    }

    final Channel channel() {
        return channel;
    }

    /** Whom the certificate names; null before the greeting. */
    final PeerIdentity peer() {
        return peer;
    }

    abstract void ready();

    abstract void receive(Frame frame);

    /** Called once when the connection ends or cannot be made. */
    abstract void ended(Throwable cause);

    @Override
    public void channelActive(ChannelHandlerContext context) {
        context.executor()
                .schedule(
                        () -> {
                            if (!greeted) {
                                end(new CorruptedFrameException("the peer did not greet in time"));
                            }
                        },
                        GREETING_LIMIT_MILLIS,
                        TimeUnit.MILLISECONDS);
        context.fireChannelActive();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof SslHandshakeCompletionEvent handshake) {
            if (handshake.isSuccess()) {
                greet(context);
            } else {
                end(handshake.cause());
            }
        }
        context.fireUserEventTriggered(event);
    }

    private void greet(ChannelHandlerContext context) {
        try {
            SslHandler tls = context.pipeline().get(SslHandler.class);
            peer = PeerIdentity.of((X509Certificate) tls.engine().getSession().getPeerCertificates()[0]);
            context.writeAndFlush(new Frame.Hello(Frame.VERSION).write(context.alloc()));
        } catch (SSLPeerUnverifiedException | SupercloudException e) {
            end(e);
        }
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf message) {
        Frame frame = Frame.read(message);
        if (greeted) {
            receive(frame);
        } else if (frame instanceof Frame.Hello hello && peer != null) {
            greeted(hello);
        } else {
            throw new CorruptedFrameException("the peer did not begin with a hello");
        }
    }

    private void greeted(Frame.Hello hello) {
        if (hello.version() != Frame.VERSION) {
            throw new CorruptedFrameException("the peer speaks version %d of the protocol and this process version %d;"
                            .formatted(hello.version(), Frame.VERSION)
                    + " run the same release on both");
        }
        greeted = true;
        ready();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        end(cause);
    }

    /** Closes the connection and says why. */
    final void end(Throwable cause) {
        Throwable reason = cause instanceof DecoderException && cause.getCause() != null ? cause.getCause() : cause;
        if (channel.isActive()) {
            LOG.warn("closing the connection with {} at {}: {}", name(), channel.remoteAddress(), reason.getMessage());
        }
        ended(reason);
        channel.close();
    }

    /** Runs a task on the event loop; after the end of the loop there is nothing left to do. */
    final void onLoop(Runnable task) {
        try {
            channel.eventLoop().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.debug("the connection with {} has ended", name(), e);
        }
    }

    private String name() {
        return peer == null ? "an unknown peer" : peer.toString();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        ended(new ClosedChannelException());
        context.fireChannelInactive();
    }
}
