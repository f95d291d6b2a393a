package io.supercloud.image.internal.nbd;

import io.supercloud.image.BlockDevice;
import io.supercloud.image.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests of one client that may wait, each on one of {@link #MAX_THREADS} threads. Their memory is bounded: who starts one
 * too many waits for others to end.
 */
final class LaterRequests {
    static final int MAX_THREADS = 16;
    static final int MAX_MEMORY_BYTES = 2 * Negotiation.MAX_REQUEST_BYTES;
    /** What a request costs at least; this bounds their number too. */
    private static final int MIN_COST_BYTES = 512 * 1024;

    private static final int BUFFER_BYTES = Transmission.PIECE_BYTES + Replies.MAX_BYTES;
    private static final long IDLE_SECONDS = 10;
    /** Longer than a device lets a request wait. */
    private static final long FINISH_SECONDS = 60;

    private static final Logger LOG = LoggerFactory.getLogger(LaterRequests.class);

    private final Wire wire;
    private final Replies replies;
    private final BlockDevice device;
    private final boolean allocationContext;
    private final Semaphore room = new Semaphore(MAX_MEMORY_BYTES);
    private final ArrayBlockingQueue<ByteBuffer> buffers = new ArrayBlockingQueue<>(MAX_THREADS);
    private final ThreadPoolExecutor threads;

    LaterRequests(
            Wire wire, Replies replies, BlockDevice device, boolean allocationContext, ThreadFactory threadFactory) {
        this.wire = wire;
        this.replies = replies;
        this.device = device;
        this.allocationContext = allocationContext;
        this.threads = new ThreadPoolExecutor(
                MAX_THREADS, MAX_THREADS, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), threadFactory);
        threads.allowCoreThreadTimeOut(true);
    }

    private static int cost(Request request) {
        return (int) Math.max(MIN_COST_BYTES, Math.min(request.memoryBytes(), Negotiation.MAX_REQUEST_BYTES));
    }

    /** Whether {@link #start} would not wait now. */
    boolean hasRoom(Request request) {
        return room.availablePermits() >= cost(request);
    }

    /** @param payload the content of a write, otherwise null; the request's from now on */
    void start(Request request, ByteBuffer payload) {
        room.acquireUninterruptibly(cost(request));
        threads.execute(() -> {
            try {
                answer(request, payload);
            } catch (IOException e) {
                LOG.debug("A reply could not leave: the client is gone", e);
            } finally {
                room.release(cost(request));
            }
        });
    }

    private void answer(Request request, ByteBuffer payload) throws IOException {
        try {
            perform(request, payload);
        } catch (RuntimeException e) {
            ByteBuffer reply = ByteBuffer.allocate(Replies.MAX_BYTES);
            replies.failure(reply, request, e);
            wire.send(reply.flip());
        } catch (OutOfMemoryError e) {
            LOG.error("No memory for a request to an NBD export: its client is disconnected", e);
            wire.close();
        }
    }

    private void perform(Request request, ByteBuffer payload) throws IOException {
        boolean durable = request.has(Nbd.CMD_FLAG_FUA);
        ByteBuffer reply = ByteBuffer.allocate(Replies.MAX_BYTES);
        if (!request.isKnown()) {
            replies.error(
                    reply,
                    request.cookie(),
                    Nbd.EINVAL,
                    "there is no command %d with flags %x".formatted(request.type(), request.flags()));
            wire.send(reply.flip());
            return;
        }
        switch (request.type()) {
            case Nbd.CMD_READ -> {
                read(request);
                return;
            }
            case Nbd.CMD_BLOCK_STATUS -> {
                blockStatus(request, reply);
                wire.send(reply.flip());
                return;
            }
            case Nbd.CMD_WRITE -> device.write(request.offset(), payload, durable);
            case Nbd.CMD_FLUSH -> device.flush();
            case Nbd.CMD_TRIM -> device.trim(request.offset(), request.length(), durable);
            case Nbd.CMD_WRITE_ZEROES -> {
                if (request.has(Nbd.CMD_FLAG_NO_HOLE) && request.has(Nbd.CMD_FLAG_FAST_ZERO)) {
                    replies.error(reply, request.cookie(), Nbd.ENOTSUP, "zeroes without holes are written: not fast");
                    wire.send(reply.flip());
                    return;
                }
                zero(request, durable);
            }
            case Nbd.CMD_CACHE -> device.cache(request.offset(), request.length());
            default -> throw new IllegalStateException("command %d has no answer".formatted(request.type()));
        }
        replies.done(reply, request.cookie());
        wire.send(reply.flip());
    }

    /** Where there must be no hole, zeroes are content as any other: their space is taken now. */
    private void zero(Request request, boolean durable) {
        if (!request.has(Nbd.CMD_FLAG_NO_HOLE)) {
            device.zero(request.offset(), request.length(), durable);
            return;
        }
        Request rest = request;
        while (rest.length() > 0) {
            int length = Transmission.pieceBytes(rest);
            device.write(rest.offset(), ByteBuffer.allocate(length), durable && length == rest.length());
            rest = rest.without(length);
        }
    }

    private void read(Request request) throws IOException {
        if (request.length() == 0 || request.length() > Negotiation.MAX_REQUEST_BYTES) {
            ByteBuffer reply = ByteBuffer.allocate(Replies.MAX_BYTES);
            replies.error(reply, request.cookie(), Nbd.EINVAL, "a read has 1 byte to 32 MiB");
            wire.send(reply.flip());
            return;
        }
        boolean inPieces = replies.inPieces(request);
        Request rest = request;
        while (rest.length() > 0) {
            int length = inPieces ? Transmission.pieceBytes(rest) : (int) rest.length();
            ByteBuffer reply = buffer(replies.dataHeadBytes() + length);
            replies.dataHead(reply, rest, length);
            device.read(rest.offset(), reply.slice(reply.position(), length));
            wire.send(reply.position(0));
            if (reply.capacity() == BUFFER_BYTES) {
                buffers.offer(reply);
            }
            rest = rest.without(length);
        }
    }

    private ByteBuffer buffer(int bytes) {
        ByteBuffer known = bytes <= BUFFER_BYTES ? buffers.poll() : null;
        ByteBuffer buffer = known != null ? known.clear() : ByteBuffer.allocateDirect(Math.max(bytes, BUFFER_BYTES));
        return buffer.limit(bytes);
    }

    private void blockStatus(Request request, ByteBuffer reply) {
        if (!allocationContext || request.length() == 0) {
            replies.error(reply, request.cookie(), Nbd.EINVAL, "block status needs a negotiated context and a length");
            return;
        }
        int most = request.has(Nbd.CMD_FLAG_REQ_ONE) ? 1 : Replies.MAX_EXTENTS;
        List<Extent> extents = device.extents(request.offset(), request.length(), most);
        Replies.blockStatus(reply, request.cookie(), Negotiation.BASE_ALLOCATION_ID, extents);
    }

    /** Waits until all are answered. */
    void finish() {
        threads.shutdown();
        try {
            threads.awaitTermination(FINISH_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Those that have not begun are dropped. */
    void drop() {
        threads.getQueue().clear();
        threads.shutdown();
    }
}
