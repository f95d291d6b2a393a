package io.supercloud.app.manager;

import io.supercloud.core.SupercloudException;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Serves the control protocol of this package on a Unix socket of mode 0600. */
final class ControlServer implements AutoCloseable {
    static final int MAX_REQUEST_CHARACTERS = 1 << 20;
    static final int MAX_CONNECTIONS = 64;
    private static final Logger log = LoggerFactory.getLogger(ControlServer.class);

    /** Carries requests out. */
    @FunctionalInterface
    interface Handler {
        /** Returns the answer; {@code reply} takes lines before it. Throws {@link SupercloudException} for the user. */
        Object handle(ControlRequest request, Reply reply) throws IOException;
    }

    /** The way back to one client. */
    interface Reply {
        void progress(String line);

        void event(Object event);
    }

    private final ServerSocketChannel server;
    private final Handler handler;
    private final Semaphore connections = new Semaphore(MAX_CONNECTIONS);

    ControlServer(Path socket, Handler handler) throws IOException {
        this.handler = handler;
        Files.deleteIfExists(socket);
        this.server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        server.bind(UnixDomainSocketAddress.of(socket));
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
        Thread.ofVirtual().name("control").start(this::acceptAll);
    }

    private void acceptAll() {
        while (server.isOpen()) {
            try {
                SocketChannel client = server.accept();
                connections.acquireUninterruptibly();
                Thread.ofVirtual().name("control client").start(() -> serve(client));
            } catch (IOException e) {
                log.debug("control socket: {}", e.getMessage());
            }
        }
    }

    private void serve(SocketChannel client) {
        try (client;
                BufferedReader reader =
                        new BufferedReader(Channels.newReader(client, StandardCharsets.UTF_8), 8 << 10)) {
            String line = readLine(reader);
            answer(client, line);
        } catch (IOException e) {
            log.debug("a control client went away: {}", e.getMessage());
        } finally {
            connections.release();
        }
    }

    private static String readLine(BufferedReader reader) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = reader.read(); next != '\n' && next >= 0; next = reader.read()) {
            if (line.length() == MAX_REQUEST_CHARACTERS) {
                throw new IOException("a request of more than %d characters".formatted(MAX_REQUEST_CHARACTERS));
            }
            line.append((char) next);
        }
        return line.toString();
    }

    private void answer(SocketChannel client, String line) throws IOException {
        try {
            ControlRequest request =
                    Json.read("the request", line.getBytes(StandardCharsets.UTF_8), ControlRequest.class);
            Object result = handler.handle(request, new Lines(client));
            send(client, Map.of("result", result));
        } catch (SupercloudException e) {
            send(client, Map.of("error", String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
            log.error("request failed by a fault of the manager: {}", line, e);
            send(client, Map.of("error", "the manager met a fault of its own: %s; see its log".formatted(e)));
        }
    }

    private static void send(SocketChannel client, Object message) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((Json.text(message) + "\n").getBytes(StandardCharsets.UTF_8));
        synchronized (client) {
            while (bytes.hasRemaining()) {
                client.write(bytes);
            }
        }
    }

    /** A client that went away stops the work that talks to it. */
    private record Lines(SocketChannel client) implements Reply {
        @Override
        public void progress(String line) {
            try {
                send(client, Map.of("progress", line));
            } catch (IOException e) {
                log.debug("nobody listens to: {}", line);
            }
        }

        @Override
        public void event(Object event) {
            try {
                send(client, Map.of("event", event));
            } catch (IOException e) {
                throw new MigrationException("the client went away", e);
            }
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
