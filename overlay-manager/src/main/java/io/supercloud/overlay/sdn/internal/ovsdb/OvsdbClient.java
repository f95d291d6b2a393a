package io.supercloud.overlay.sdn.internal.ovsdb;

import io.supercloud.overlay.sdn.OverlayException;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One connection with ovsdb-server. Once broken it stays broken: {@link #isOpen}. */
public final class OvsdbClient implements AutoCloseable {
    static final String DATABASE = "Open_vSwitch";
    static final long ANSWER_MILLIS = 15_000;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final SocketChannel channel;
    private final ReentrantLock writing = new ReentrantLock();
    private final AtomicLong nextId = new AtomicLong(1);
    private final Map<Long, CompletableFuture<JsonNode>> pending = new ConcurrentHashMap<>();

    private OvsdbClient(SocketChannel channel) {
        this.channel = channel;
    }

    public static OvsdbClient connect(Path socket) {
        try {
            OvsdbClient client = new OvsdbClient(SocketChannel.open(UnixDomainSocketAddress.of(socket)));
            Thread.ofVirtual().name("ovsdb").start(client::readAll);
            return client;
        } catch (IOException failure) {
            throw new OverlayException(
                    "cannot reach the switch's database at %s: is ovsdb-server running?".formatted(socket), failure);
        }
    }

    public boolean isOpen() {
        return channel.isOpen();
    }

    /**
     * Makes all of {@code operations} or none, and returns their results in order.
     *
     * @throws OverlayException where one failed, or no answer came in time
     */
    public List<JsonNode> transact(List<ObjectNode> operations) {
        ArrayNode parameters = JSON.arrayNode().add(DATABASE);
        operations.forEach(parameters::add);
        JsonNode results = call("transact", parameters);
        if (!results.isArray() || results.size() < operations.size()) {
            throw new OverlayException.Malformed("the switch's database left operations unanswered");
        }
        for (JsonNode result : results) {
            if (result.has("error")) {
                throw new OverlayException("the switch's database refused a change: %s (%s)"
                        .formatted(
                                result.path("error").asString(),
                                result.path("details").asString("no details")));
            }
        }
        return results.valueStream().toList();
    }

    private JsonNode call(String method, ArrayNode parameters) {
        long id = nextId.getAndIncrement();
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        pending.put(id, answer);
        try {
            if (!channel.isOpen()) {
                throw new OverlayException("the connection with the switch's database is lost");
            }
            send(new RpcMessage.Request(method, parameters, JSON.numberNode(id)));
            return answer.get(ANSWER_MILLIS, TimeUnit.MILLISECONDS);
        } catch (IOException | ExecutionException failure) {
            throw new OverlayException("the switch's database did not answer: " + failure.getMessage(), failure);
        } catch (TimeoutException failure) {
            throw new OverlayException(
                    "the switch's database did not answer within %d ms".formatted(ANSWER_MILLIS), failure);
        } catch (InterruptedException failure) {
            Thread.currentThread().interrupt();
            throw new OverlayException("interrupted while waiting for the switch's database", failure);
        } finally {
            pending.remove(id);
        }
    }

    private void send(RpcMessage message) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(RpcReader.MAPPER.writeValueAsBytes(message.toJson()));
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
        RpcReader reader = new RpcReader(Channels.newInputStream(channel));
        try (channel) {
            Optional<RpcMessage> message = reader.read();
            while (message.isPresent()) {
                handle(message.get());
                message = reader.read();
            }
            failAll(new OverlayException("the switch's database closed the connection"));
        } catch (IOException | RuntimeException failure) {
            failAll(failure);
        }
    }

    private void handle(RpcMessage message) throws IOException {
        switch (message) {
            case RpcMessage.Request request -> {
                if (request.method().equals("echo")) {
                    send(new RpcMessage.Response(request.parameters(), JSON.nullNode(), request.id()));
                }
            }
            case RpcMessage.Response response -> complete(response);
        }
    }

    private void complete(RpcMessage.Response response) {
        CompletableFuture<JsonNode> answer =
                response.id().isIntegralNumber() ? pending.remove(response.id().longValue()) : null;
        if (answer == null) {
            return;
        }
        if (response.error().isNull()) {
            answer.complete(response.result());
        } else {
            answer.completeExceptionally(new OverlayException("the switch's database refused a request: "
                    + response.error().toString()));
        }
    }

    private void failAll(Exception failure) {
        pending.values().forEach(answer -> answer.completeExceptionally(failure));
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException failure) {
            throw new OverlayException("cannot close the connection with the switch's database", failure);
        }
    }
}
