package io.supercloud.image;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** A client that says exactly what a test wants it to say, with simple replies. */
record RawNbdClient(SocketChannel channel) implements AutoCloseable {
    static final int SIMPLE_REPLY_BYTES = 16;
    private static final int GREETING_BYTES = 18;
    private static final int EXPORT_REPLY_BYTES = 10;

    /** Has the greeting behind it, and has said nothing. */
    static RawNbdClient connect(Path socket) throws IOException {
        RawNbdClient client = new RawNbdClient(SocketChannel.open(StandardProtocolFamily.UNIX));
        client.channel.connect(UnixDomainSocketAddress.of(socket));
        client.receive(GREETING_BYTES);
        return client;
    }

    /** Is past negotiation. */
    static RawNbdClient transmission(Path socket) throws IOException {
        RawNbdClient client = connect(socket);
        client.send(ByteBuffer.allocate(20)
                .putInt(3)
                .putLong(0x49484156454F5054L)
                .putInt(1)
                .putInt(0)
                .flip());
        client.receive(EXPORT_REPLY_BYTES);
        return client;
    }

    static ByteBuffer request(int type, long cookie, long offset, int length) {
        return request(0, type, cookie, offset, length);
    }

    static ByteBuffer request(int flags, int type, long cookie, long offset, int length) {
        return ByteBuffer.allocate(28)
                .putInt(0x25609513)
                .putShort((short) flags)
                .putShort((short) type)
                .putLong(cookie)
                .putLong(offset)
                .putInt(length)
                .flip();
    }

    void send(ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    ByteBuffer receive(int bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer) < 0) {
                throw new IOException("disconnected");
            }
        }
        return buffer.flip();
    }

    byte readFirstByte() throws IOException {
        send(request(0, 9, 0, 1));
        ByteBuffer reply = receive(SIMPLE_REPLY_BYTES + 1);
        if (reply.getInt(4) != 0) {
            throw new IOException("error " + reply.getInt(4));
        }
        return reply.get(SIMPLE_REPLY_BYTES);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
