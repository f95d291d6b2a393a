package io.supercloud.image.internal.nbd;

import io.supercloud.image.BlockDevice;
import io.supercloud.image.Volume;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Requests and replies of one client, on its thread. What the device has at hand is answered there and then; what may wait,
 * for the disk or for another host, goes to {@link LaterRequests}, so that what comes behind it does not wait too.
 */
final class Transmission {
    /** Long reads and writes go through memory in pieces, which stay in the processor's cache. */
    static final int PIECE_BYTES = 256 * 1024;

    private final Wire wire;
    private final Replies replies;
    private final BlockDevice device;
    private final LaterRequests later;

    Transmission(Wire wire, Replies replies, BlockDevice device, LaterRequests later) {
        this.wire = wire;
        this.replies = replies;
        this.device = device;
        this.later = later;
    }

    /** Serves until the client disconnects, and then answers what is under way; returns at once where it is gone. */
    void run() throws IOException {
        while (wire.receive(Request.BYTES)) {
            Request request = Request.read(wire.in());
            switch (request.type()) {
                case Nbd.CMD_READ -> read(request);
                case Nbd.CMD_WRITE -> write(request);
                case Nbd.CMD_DISC -> {
                    wire.send();
                    later.finish();
                    return;
                }
                default -> later(request, null);
            }
        }
    }

    /** The length of the first piece of a request: it ends with a block where it does not end the request. */
    static int pieceBytes(Request request) {
        return (int) Math.min(request.length(), PIECE_BYTES - request.offset() % Volume.BLOCK_BYTES);
    }

    private void read(Request request) throws IOException {
        Request rest = request;
        while (request.isKnown() && rest.length() > 0 && replyNow(rest)) {
            rest = rest.without(pieceBytes(rest));
        }
        if (rest.length() > 0 || request.length() == 0) {
            later(rest, null);
        }
    }

    /** Answers the first piece of a read; false where that is not to be had without waiting. */
    private boolean replyNow(Request request) throws IOException {
        int length = pieceBytes(request);
        if (length < request.length() && !replies.inPieces(request)) {
            return false;
        }
        ByteBuffer out = wire.room(replies.dataHeadBytes() + length);
        int start = out.position();
        replies.dataHead(out, request, length);
        int content = out.position();
        boolean answered = device.readNow(request.offset(), out.slice(content, length));
        out.position(answered ? content + length : start);
        wire.replied();
        return answered;
    }

    private void write(Request request) throws IOException {
        if (request.length() > Negotiation.MAX_REQUEST_BYTES) {
            throw new NbdProtocolException(
                    "a write of %d bytes is longer than %d".formatted(request.length(), Negotiation.MAX_REQUEST_BYTES));
        }
        if (!request.isKnown() || (request.offset() | request.length()) % Volume.BLOCK_BYTES != 0) {
            later(request, payload((int) request.length()));
        } else {
            writeNow(request);
        }
    }

    private ByteBuffer payload(int length) throws IOException {
        ByteBuffer payload = ByteBuffer.allocate(length);
        while (payload.hasRemaining()) {
            payload.put(received(Math.min(payload.remaining(), PIECE_BYTES)));
        }
        return payload.flip();
    }

    private ByteBuffer received(int bytes) throws IOException {
        if (!wire.receive(bytes)) {
            throw new NbdProtocolException("the client ended within a write");
        }
        ByteBuffer in = wire.in();
        ByteBuffer slice = in.slice(in.position(), bytes);
        in.position(in.position() + bytes);
        return slice;
    }

    /** Whole blocks need nothing of what was there before. */
    private void writeNow(Request request) throws IOException {
        RuntimeException failure = null;
        Request rest = request;
        while (rest.length() > 0) {
            int length = pieceBytes(rest);
            ByteBuffer piece = received(length);
            if (failure == null) {
                failure = attempt(rest.offset(), piece);
            }
            rest = rest.without(length);
        }
        if (failure == null && request.has(Nbd.CMD_FLAG_FUA)) {
            later(request.as(Nbd.CMD_FLUSH), null);
            return;
        }
        ByteBuffer out = wire.room(Replies.MAX_BYTES);
        if (failure == null) {
            replies.done(out, request.cookie());
        } else {
            replies.failure(out, request, failure);
        }
        wire.replied();
    }

    private RuntimeException attempt(long offset, ByteBuffer piece) {
        try {
            device.write(offset, piece, false);
            return null;
        } catch (RuntimeException e) {
            return e;
        }
    }

    private void later(Request request, ByteBuffer payload) throws IOException {
        if (!later.hasRoom(request)) {
            wire.send();
        }
        later.start(request, payload);
    }
}
