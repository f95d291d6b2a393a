package io.supercloud.migration.hypervisor.internal;

import io.supercloud.migration.MigrationException;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/** A connection to the monitor of one QEMU. Closed for good by the first broken read or write. */
final class QmpClient implements AutoCloseable {
    static final int MAX_LINE_BYTES = 4 << 20;
    static final Duration COMMAND_LIMIT = Duration.ofSeconds(20);

    /** QEMU greets at once, but only one client at a time. */
    private static final Duration GREETING_LIMIT = Duration.ofSeconds(5);

    private static final Logger log = LoggerFactory.getLogger(QmpClient.class);

    private final String peer;
    private final SocketChannel channel;
    private final InputStream input;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicLong nextId = new AtomicLong(1);
    private final Map<Long, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();
    private final CompletableFuture<QmpMessage.Greeting> greeting = new CompletableFuture<>();
    private final CopyOnWriteArrayList<Consumer<QmpMessage.Happened>> listeners = new CopyOnWriteArrayList<>();

    private QmpClient(Path socket, SocketChannel channel) {
        this.peer = socket.toString();
        this.channel = channel;
        this.input = new BufferedInputStream(Channels.newInputStream(channel), 64 << 10);
    }

    /** Connects and negotiates; throws where nobody answers there, or another client is connected. */
    static QmpClient connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        QmpClient client = new QmpClient(socket, channel);
        try {
            Thread.ofVirtual().name("qmp " + socket.getFileName()).start(client::readAll);
            client.awaitGreeting();
            client.execute("qmp_capabilities", Map.of());
            return client;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private void awaitGreeting() throws IOException {
        try {
            greeting.get(GREETING_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IOException("no QMP greeting on " + peer, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while QEMU at %s was to greet".formatted(peer), e);
        }
    }

    void listen(Consumer<QmpMessage.Happened> listener) {
        listeners.add(listener);
    }

    /** Runs one command and returns its result; throws MigrationException where QEMU refuses or is gone. */
    JsonNode execute(String command, Map<String, ?> arguments) {
        long id = nextId.getAndIncrement();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        pending.put(id, answer);
        try {
            send(QmpMessage.JSON.writeValueAsString(Map.of("execute", command, "arguments", arguments, "id", id)));
            return answer.get(COMMAND_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (IOException e) {
            close();
            throw new MigrationException("QEMU at %s is gone: '%s' could not be sent".formatted(peer, command), e);
        } catch (TimeoutException e) {
            throw new MigrationException(
                    "QEMU at %s did not answer '%s' within %d s".formatted(peer, command, COMMAND_LIMIT.toSeconds()),
                    e);
        } catch (ExecutionException e) {
            throw new MigrationException(
                    "QEMU refused '%s': %s".formatted(command, e.getCause().getMessage()), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MigrationException("interrupted while QEMU ran '%s'".formatted(command), e);
        } finally {
            pending.remove(id);
        }
    }

    boolean open() {
        return channel.isOpen();
    }

    private void send(String line) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
        writing.lock();
        try {
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        } finally {
            writing.unlock();
        }
    }

    private void readAll() {
        try {
            while (true) {
                dispatch(QmpMessage.parse(readLine()));
            }
        } catch (IOException | RuntimeException e) {
            log.debug("monitor {} closed: {}", peer, e.toString());
        } finally {
            close();
        }
    }

    private void dispatch(QmpMessage message) {
        switch (message) {
            case QmpMessage.Greeting first -> greeting.complete(first);
            case QmpMessage.Return result -> complete(result.id(), future -> future.complete(result.value()));
            case QmpMessage.Failure failure ->
                complete(
                        failure.id(),
                        future -> future.completeExceptionally(
                                new MigrationException(failure.kind() + ": " + failure.description())));
            case QmpMessage.Happened event -> listeners.forEach(listener -> listener.accept(event));
        }
    }

    private void complete(long id, Consumer<CompletableFuture<JsonNode>> how) {
        CompletableFuture<JsonNode> future = pending.get(id);
        if (future != null) {
            how.accept(future);
        }
    }

    private String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        while (true) {
            int next = input.read();
            if (next < 0) {
                throw new IOException("end of stream");
            }
            if (next == '\n') {
                return line.toString(StandardCharsets.UTF_8);
            }
            if (line.size() == MAX_LINE_BYTES) {
                throw new IOException("a line of more than %d bytes".formatted(MAX_LINE_BYTES));
            }
            line.write(next);
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            log.debug("closing monitor {}: {}", peer, e.toString());
        }
        greeting.completeExceptionally(new IOException("QEMU closed its monitor"));
        pending.values().forEach(future -> future.completeExceptionally(new IOException("QEMU closed its monitor")));
    }
}
