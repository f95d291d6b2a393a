package io.supercloud.overlay.sdn.internal.openflow;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.supercloud.overlay.sdn.OverlayException;
import io.supercloud.overlay.sdn.internal.openflow.FlowMod.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a switch. Requests may come from any thread and answer by futures that complete on the event loop;
 * all of them fail when the connection ends.
 */
public final class SwitchSession extends SimpleChannelInboundHandler<ByteBuf> {
    private static final Logger LOG = LoggerFactory.getLogger(SwitchSession.class);
    private static final int OFFERED_VERSIONS = 1 << MessageCodec.VERSION;
    private static final int MAX_PENDING = 64;

    /** Told of a session's life, on the event loop: must not block. */
    public interface Listener {
        /** Versions are agreed on; the switch takes requests. */
        void opened(SwitchSession session);

        void packet(SwitchSession session, PacketIn packet);

        void closed(SwitchSession session);
    }

    /** An answer under way, for the transactions {@code first} to {@code last}. */
    private static final class Pending {
        final int first;
        final int last;
        final List<FlowStats.Entry> entries = new ArrayList<>();
        final CompletableFuture<Dump> answer = new CompletableFuture<>();
        boolean complete = true;

        Pending(int first, int last) {
            this.first = first;
            this.last = last;
        }

        boolean isFor(int xid) {
            return xid - first >= 0 && last - xid >= 0;
        }
    }

    /**
     * The flows of the switch.
     *
     * @param complete false where there are others that cannot be expressed here
     */
    public record Dump(List<FlowStats.Entry> entries, boolean complete) {
        public List<Flow> flows() {
            return entries.stream().map(FlowStats.Entry::flow).toList();
        }
    }

    private final Channel channel;
    private final Listener listener;
    private final AtomicInteger nextXid = new AtomicInteger(1);
    private final Map<Integer, Pending> pending = new ConcurrentHashMap<>();

    SwitchSession(Channel channel, Listener listener) {
        this.channel = channel;
        this.listener = listener;
    }

    /** All flows that the switch has now. */
    public CompletableFuture<Dump> dump() {
        int xid = nextXid.getAndIncrement();
        CompletableFuture<Dump> answer = expect(xid, xid);
        send(List.of(new FlowStats.Request(xid)));
        return answer;
    }

    /**
     * Makes all changes at once, in their order.
     *
     * @param clear deletes every flow first, within the same bundle
     * @return done when the switch has acknowledged; failed where it refused, and then nothing has changed
     */
    public CompletableFuture<Dump> change(boolean clear, List<Flow> removed, List<Flow> added) {
        int count = 4 + removed.size() + added.size();
        int first = nextXid.getAndAdd(count);
        int bundle = first;
        int xid = first;
        List<Message> messages = new ArrayList<>(count);
        messages.add(new Bundle.Control(xid++, bundle, Bundle.Kind.OPEN_REQUEST));
        if (clear) {
            messages.add(new Bundle.Add(bundle, FlowMod.deleteAll(xid++)));
        }
        for (Flow flow : removed) {
            messages.add(new Bundle.Add(bundle, new FlowMod(xid++, Command.DELETE_STRICT, flow)));
        }
        for (Flow flow : added) {
            messages.add(new Bundle.Add(bundle, new FlowMod(xid++, Command.ADD, flow)));
        }
        messages.add(new Bundle.Control(xid++, bundle, Bundle.Kind.COMMIT_REQUEST));
        messages.add(new Message.BarrierRequest(xid));
        CompletableFuture<Dump> answer = expect(first, xid);
        send(messages);
        return answer;
    }

    /** Has the switch treat {@code packet} by {@code actions}; it may get lost. */
    public void send(List<Action> actions, byte[] packet) {
        send(List.of(new PacketOut(nextXid.getAndIncrement(), Ports.CONTROLLER, actions, new Payload(packet))));
    }

    /** Ends the connection; the switch connects again. */
    public void close() {
        channel.close();
    }

    @Override
    public void channelActive(ChannelHandlerContext context) {
        send(List.of(new Message.Hello(nextXid.getAndIncrement(), OFFERED_VERSIONS)));
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, ByteBuf frame) {
        switch (MessageCodec.read(frame)) {
            case Message.Hello hello -> agree(hello);
            case Message.EchoRequest echo -> send(List.of(new Message.EchoReply(echo.xid(), echo.data())));
            case Message.FeaturesReply features -> listener.opened(this);
            case PacketIn packet -> listener.packet(this, packet);
            case Message.Failure failure -> fail(failure);
            case FlowStats.Reply reply -> collect(reply);
            case Message.BarrierReply barrier -> complete(barrier.xid());
            case Bundle.Control control -> LOG.trace("{}", control);
            case Message.EchoReply reply -> LOG.trace("{}", reply);
            case Message.Unneeded unneeded -> LOG.trace("{}", unneeded);
            case Message.FeaturesRequest request -> refuse(request);
            case Message.SetConfig request -> refuse(request);
            case Message.BarrierRequest request -> refuse(request);
            case FlowStats.Request request -> refuse(request);
            case PacketOut request -> refuse(request);
            case FlowMod request -> refuse(request);
            case Bundle.Add request -> refuse(request);
        }
    }

    private void agree(Message.Hello hello) {
        if ((hello.versions() & OFFERED_VERSIONS) == 0) {
            throw new OverlayException.Malformed(
                    "the switch does not offer OpenFlow 1.4: enable it in the bridge's protocols");
        }
        send(List.of(
                new Message.SetConfig(nextXid.getAndIncrement(), 0, Action.WHOLE_PACKET_BYTES),
                new Message.FeaturesRequest(nextXid.getAndIncrement())));
    }

    private static void refuse(Message request) {
        throw new OverlayException.Malformed("OpenFlow: a switch does not send messages of type " + request.type());
    }

    private CompletableFuture<Dump> expect(int first, int last) {
        Pending request = new Pending(first, last);
        if (pending.size() >= MAX_PENDING) {
            request.answer.completeExceptionally(
                    new OverlayException("the switch leaves too many requests unanswered"));
            return request.answer;
        }
        pending.put(last, request);
        if (!channel.isActive()) {
            failAll(new OverlayException("the switch is not connected"));
        }
        return request.answer;
    }

    private void send(List<Message> messages) {
        ByteBuf out = channel.alloc().buffer();
        try {
            messages.forEach(message -> MessageCodec.write(message, out));
        } catch (OverlayException failure) {
            out.release();
            throw failure;
        }
        channel.writeAndFlush(out);
    }

    private void collect(FlowStats.Reply reply) {
        Pending dump = pending.get(reply.xid());
        if (dump == null) {
            return;
        }
        dump.entries.addAll(reply.entries());
        dump.complete &= reply.readable();
        if (!reply.more()) {
            complete(reply.xid());
        }
    }

    private void complete(int xid) {
        Pending done = pending.remove(xid);
        if (done != null) {
            done.answer.complete(new Dump(List.copyOf(done.entries), done.complete));
        }
    }

    private void fail(Message.Failure failure) {
        OverlayException refused =
                new OverlayException("the switch refused a change: OpenFlow error type %d, code %d (%s)"
                        .formatted(failure.kind(), failure.code(), failure.data()));
        for (Pending waiting : List.copyOf(pending.values())) {
            if (waiting.isFor(failure.xid()) && pending.remove(waiting.last, waiting)) {
                waiting.answer.completeExceptionally(refused);
            }
        }
    }

    private void failAll(OverlayException reason) {
        for (Integer xid : List.copyOf(pending.keySet())) {
            Pending waiting = pending.remove(xid);
            if (waiting != null) {
                waiting.answer.completeExceptionally(reason);
            }
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        failAll(new OverlayException("the switch closed the connection before it answered"));
        listener.closed(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        LOG.warn("The connection with the switch is closed: {}", cause.toString());
        context.close();
    }
}
