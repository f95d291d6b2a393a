package io.supercloud.app.cli;

import io.supercloud.app.manager.ControlRequest;
import io.supercloud.migration.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/** One manager's control socket. Safe for use by many threads: each request has a connection of its own. */
public final class ControlClient {
    private final Path socket;

    public ControlClient(Path socket) {
        this.socket = socket;
    }

    /** Asks, prints progress as it comes, and returns the answer. */
    public <T> T ask(ControlRequest request, Class<T> answer, Consumer<String> progress) {
        JsonNode result = stream(request, progress, event -> {});
        return Json.read("the manager's answer", Json.write(result), answer);
    }

    /** As {@link #ask}, with the answer as it came. */
    public JsonNode stream(ControlRequest request, Consumer<String> progress, Consumer<JsonNode> events) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                BufferedReader reader = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
            ByteBuffer bytes = ByteBuffer.wrap((Json.text(request) + "\n").getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                JsonNode message =
                        Json.read("the manager's answer", line.getBytes(StandardCharsets.UTF_8), JsonNode.class);
                if (message.has("progress")) {
                    progress.accept(message.path("progress").asString());
                } else if (message.has("event")) {
                    events.accept(message.path("event"));
                } else if (message.has("error")) {
                    throw new CliException(
                            CliException.FAILED, message.path("error").asString());
                } else {
                    return message.path("result");
                }
            }
            throw new CliException(
                    CliException.FAILED, "the manager went away before it answered; see 'supercloud status'");
        } catch (IOException e) {
            throw new CliException(
                    CliException.NOT_UP, "no manager answers at %s: run 'supercloud up' first".formatted(socket));
        }
    }
}
