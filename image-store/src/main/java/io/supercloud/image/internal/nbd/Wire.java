package io.supercloud.image.internal.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The bytes of one client. Its own thread takes what came and collects what is to leave, which goes out in one write before
 * the thread waits for more. Other threads send whole replies of their own.
 */
final class Wire {
    /** The most that can be asked of {@link #receive} and {@link #room} at once. */
    static final int MAX_BYTES = 320 * 1024;
    /** Replies leave when they are this long together, though more requests are there: the client has something to do then. */
    private static final int SEND_AFTER_BYTES = 64 * 1024;

    private final ByteChannel channel;
    private final ByteBuffer in = ByteBuffer.allocateDirect(2 * MAX_BYTES).limit(0);
    private final ByteBuffer out = ByteBuffer.allocateDirect(MAX_BYTES);
    private final ReentrantLock sending = new ReentrantLock();

    Wire(ByteChannel channel) {
        this.channel = channel;
    }

    /** What came; whoever reads it moves its position. Valid until the next {@link #receive}. */
    ByteBuffer in() {
        return in;
    }

    /** Waits until {@code bytes} are there; false where the client has gone before. */
    boolean receive(int bytes) throws IOException {
        while (in.remaining() < bytes) {
            send();
            if (in.capacity() - in.position() < bytes || !in.hasRemaining()) {
                in.compact().flip();
            }
            int taken = in.position();
            in.position(in.limit()).limit(in.capacity());
            int count = channel.read(in);
            in.limit(in.position()).position(taken);
            if (count < 0) {
                return false;
            }
        }
        return true;
    }

    /** What is to leave, with space for {@code bytes} more. */
    ByteBuffer room(int bytes) throws IOException {
        if (out.remaining() < bytes) {
            send();
        }
        return out;
    }

    /** To be called when a reply is whole: it may be time to send. */
    void replied() throws IOException {
        if (out.position() >= SEND_AFTER_BYTES) {
            send();
        }
    }

    /** Sends what was collected. */
    void send() throws IOException {
        if (out.position() > 0) {
            send(out.flip());
            out.clear();
        }
    }

    /** Sends a whole reply; for any thread. */
    void send(ByteBuffer reply) throws IOException {
        sending.lock();
        try {
            while (reply.hasRemaining()) {
                channel.write(reply);
            }
        } finally {
            sending.unlock();
        }
    }

    void close() throws IOException {
        channel.close();
    }
}
