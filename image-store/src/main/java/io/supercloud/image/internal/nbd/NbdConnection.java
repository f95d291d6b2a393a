package io.supercloud.image.internal.nbd;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.supercloud.image.BlockDevice;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client. Everything here runs on the connection's event loop; requests run on virtual threads, and at most {@link
 * #MAX_REQUESTS} of them, with {@link #MAX_MEMORY_BYTES}, at a time: then nothing more is read from the socket.
 */
public final class NbdConnection extends ChannelInboundHandlerAdapter {
    static final int MAX_REQUESTS = 128;
    static final long MAX_MEMORY_BYTES = 2L * Negotiation.MAX_REQUEST_BYTES;
    private static final long HANDSHAKE_TIMEOUT_MILLIS = 10_000;
    private static final int GREETING_BYTES = 1024;
    private static final Logger LOG = LoggerFactory.getLogger(NbdConnection.class);

    private enum Phase {
        CLIENT_FLAGS,
        OPTIONS,
        REQUEST,
        PAYLOAD,
        CLOSED
    }

    private final BlockDevice device;
    private final String exportName;
    private final Negotiation negotiation;
    private Phase phase = Phase.CLIENT_FLAGS;
    private ByteBuf received = Unpooled.EMPTY_BUFFER;
    private RequestRunner runner;
    private Request request;
    private ByteBuf payload = Unpooled.EMPTY_BUFFER;
    private int running;
    private long memoryBytes;
    private boolean disconnecting;

    public NbdConnection(String exportName, BlockDevice device) {
        this.exportName = exportName;
        this.device = device;
        this.negotiation = new Negotiation(exportName, device.sizeBytes());
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        ByteBuf greeting = context.alloc().directBuffer(GREETING_BYTES);
        Negotiation.greet(greeting);
        context.writeAndFlush(greeting);
        context.executor().schedule(() -> requireHandshake(context), HANDSHAKE_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void requireHandshake(ChannelHandlerContext context) {
        if (phase == Phase.CLIENT_FLAGS || phase == Phase.OPTIONS) {
            context.close();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        received = ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(context.alloc(), received, (ByteBuf) message);
        proceed(context);
    }

    private void proceed(ChannelHandlerContext context) {
        try {
            boolean more = true;
            while (more) {
                more = step(context);
            }
            context.channel().config().setAutoRead(hasRoom());
        } catch (NbdProtocolException e) {
            LOG.warn("A client of NBD export {} is disconnected: {}", exportName, e.getMessage());
            phase = Phase.CLOSED;
            context.close();
        }
        if (!received.isReadable()) {
            received.release();
            received = Unpooled.EMPTY_BUFFER;
        }
    }

    private boolean hasRoom() {
        return running < MAX_REQUESTS && memoryBytes < MAX_MEMORY_BYTES;
    }

    /** Takes one thing from what was received; false where more must come first. */
    private boolean step(ChannelHandlerContext context) {
        return switch (phase) {
            case CLIENT_FLAGS -> clientFlags();
            case OPTIONS -> option(context);
            case REQUEST -> hasRoom() && request(context);
            case PAYLOAD -> payload(context);
            case CLOSED -> {
                received.skipBytes(received.readableBytes());
                yield false;
            }
        };
    }

    private boolean clientFlags() {
        if (received.readableBytes() < Integer.BYTES) {
            return false;
        }
        negotiation.clientFlags(received.readInt());
        phase = Phase.OPTIONS;
        return true;
    }

    private boolean option(ChannelHandlerContext context) {
        Option option = Option.read(received);
        if (option == null) {
            return false;
        }
        ByteBuf answer = context.alloc().directBuffer(GREETING_BYTES);
        Negotiation.Next next = negotiation.answer(option, answer);
        context.writeAndFlush(answer);
        switch (next) {
            case OPTIONS -> {}
            case TRANSMISSION -> {
                phase = Phase.REQUEST;
                runner = new RequestRunner(
                        device, context.alloc(), negotiation.structured(), negotiation.allocationContext());
            }
            case CLOSE -> disconnect(context);
        }
        return true;
    }

    private boolean request(ChannelHandlerContext context) {
        request = Request.read(received);
        if (request == null) {
            return false;
        }
        if (request.payloadBytes() > Negotiation.MAX_REQUEST_BYTES) {
            throw new NbdProtocolException(
                    "a write of %d bytes is longer than %d".formatted(request.length(), Negotiation.MAX_REQUEST_BYTES));
        }
        if (request.type() == Nbd.CMD_DISC) {
            disconnect(context);
            return true;
        }
        int length = (int) request.payloadBytes();
        payload = length == 0 ? Unpooled.EMPTY_BUFFER : context.alloc().directBuffer(length, length);
        phase = Phase.PAYLOAD;
        return true;
    }

    private boolean payload(ChannelHandlerContext context) {
        payload.writeBytes(received, Math.min(received.readableBytes(), payload.writableBytes()));
        if (payload.isWritable()) {
            return false;
        }
        start(context, request, payload);
        payload = Unpooled.EMPTY_BUFFER;
        phase = Phase.REQUEST;
        return true;
    }

    private void start(ChannelHandlerContext context, Request next, ByteBuf content) {
        long memory = Math.min(next.memoryBytes(), Negotiation.MAX_REQUEST_BYTES);
        running++;
        memoryBytes += memory;
        Thread.startVirtualThread(() -> {
            ByteBuf reply;
            try {
                reply = runner.run(next, content);
            } catch (OutOfMemoryError e) {
                LOG.error("No memory for a request to NBD export {}: its client is disconnected", exportName, e);
                context.close();
                return;
            } finally {
                content.release();
            }
            context.writeAndFlush(reply).addListener(sent -> finished(context, memory));
        });
    }

    /** Called on the event loop when a reply has left, or can not leave any more. */
    private void finished(ChannelHandlerContext context, long memory) {
        running--;
        memoryBytes -= memory;
        if (disconnecting && running == 0) {
            context.close();
        } else {
            proceed(context);
        }
    }

    /** Closes after what is under way has been answered. */
    private void disconnect(ChannelHandlerContext context) {
        phase = Phase.CLOSED;
        disconnecting = true;
        if (running == 0) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        phase = Phase.CLOSED;
        received.release();
        received = Unpooled.EMPTY_BUFFER;
        payload.release();
        payload = Unpooled.EMPTY_BUFFER;
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.debug("The connection of a client of NBD export {} broke", exportName, cause);
        context.close();
    }
}
