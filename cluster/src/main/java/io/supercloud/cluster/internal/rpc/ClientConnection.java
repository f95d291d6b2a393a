package io.supercloud.cluster.internal.rpc;

import io.netty.channel.ChannelFuture;
import io.netty.handler.codec.CorruptedFrameException;
import io.supercloud.cluster.PeerIdentity;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;

/** The client's end: sends requests and hands each answer to the call that waits for it. */
public final class ClientConnection extends PeerHandler {
    private static final int MAX_CALLS_IN_FLIGHT = 1_024;

    private final CompletableFuture<ClientConnection> ready = new CompletableFuture<>();
    private final Map<Long, CompletableFuture<Frame>> waiting = new ConcurrentHashMap<>();
    private final AtomicLong calls = new AtomicLong();
    private final Semaphore slots = new Semaphore(MAX_CALLS_IN_FLIGHT);
    private volatile long lastReceivedNanos = System.nanoTime();
    private volatile boolean retired;

    /** What became of a request without an answer. */
    public static final class Failed extends Exception {
        private static final long serialVersionUID = 1L;

        private final boolean sent;

        Failed(boolean sent, Throwable cause) {
            super(cause);
            this.sent = sent;
        }

        /** Whether the whole request may have reached the server. */
        public boolean sent() {
            return sent;
        }
    }

    /** Completed after the greeting, or with what went wrong before. */
    CompletableFuture<ClientConnection> readiness() {
        return ready;
    }

    public PeerIdentity server() {
        return peer();
    }

    /** Whether new calls may use it. */
    public boolean isUsable() {
        return channel().isActive() && !retired;
    }

    /**
     * Sends a request and awaits its answer until {@code deadlineNanos} ({@link System#nanoTime}).
     *
     * @throws TimeoutException where none came; a connection that has been silent all the while takes no further calls
     */
    public Frame exchange(ByteBuffer object, long deadlineNanos) throws Failed, TimeoutException, InterruptedException {
        if (!slots.tryAcquire(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            throw new TimeoutException("too many calls are waiting");
        }
        long call = calls.incrementAndGet();
        long sentNanos = System.nanoTime();
        CompletableFuture<Frame> answer = new CompletableFuture<>();
        waiting.put(call, answer);
        try {
            send(new Frame.Request(call, object), answer);
            return answer.get(deadlineNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Failed failed ? failed : new Failed(true, e.getCause());
        } catch (TimeoutException e) {
            retired |= lastReceivedNanos - sentNanos < 0;
            throw e;
        } finally {
            waiting.remove(call);
            slots.release();
            closeIfRetired();
        }
    }

    private void send(Frame.Request request, CompletableFuture<Frame> answer) {
        ChannelFuture written = channel().writeAndFlush(request.write(channel().alloc()));
        written.addListener(done -> {
            if (!done.isSuccess()) {
                answer.completeExceptionally(new Failed(false, done.cause()));
            }
        });
    }

    /** Takes no further calls and closes after the last one that waits. */
    public void retire() {
        retired = true;
        closeIfRetired();
    }

    private void closeIfRetired() {
        if (retired && waiting.isEmpty()) {
            channel().close();
        }
    }

    /** Closes at once: what the server sends cannot be understood. */
    public void fail(Throwable cause) {
        onLoop(() -> end(cause));
    }

    @Override
    void ready() {
        ready.complete(this);
    }

    @Override
    void receive(Frame frame) {
        lastReceivedNanos = System.nanoTime();
        long call = switch (frame) {
            case Frame.Reply reply -> reply.call();
            case Frame.Refused refused -> refused.call();
            case Frame.Hello ignored -> throw new CorruptedFrameException("a server greets once");
            case Frame.Request ignored -> throw new CorruptedFrameException("a server sends answers alone");
        };
        CompletableFuture<Frame> answer = waiting.get(call);
        if (answer != null) {
            answer.complete(frame);
        }
    }

    @Override
    void ended(Throwable cause) {
        ready.completeExceptionally(cause);
        waiting.values().forEach(answer -> answer.completeExceptionally(new Failed(true, cause)));
    }
}
