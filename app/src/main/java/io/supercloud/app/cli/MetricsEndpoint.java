package io.supercloud.app.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.supercloud.core.SupercloudException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/** An HTTP server on this machine's loopback address that answers {@code GET /metrics}. */
final class MetricsEndpoint implements AutoCloseable {
    private static final String TEXT = "text/plain; version=0.0.4; charset=utf-8";
    private static final int OK = 200;
    private static final int NOT_FOUND = 404;
    private static final int UNAVAILABLE = 503;

    private final HttpServer server;
    private final ExecutorService requests = Executors.newVirtualThreadPerTaskExecutor();
    private final Supplier<String> figures;

    /** @param port 0 for any that is free */
    MetricsEndpoint(int port, Supplier<String> figures) {
        this.figures = figures;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new CliException(
                    CliException.FAILED,
                    "port %d of this machine cannot be served: %s; choose another".formatted(port, e.getMessage()));
        }
        server.createContext("/", this::answer);
        server.setExecutor(requests);
        server.start();
    }

    URI address() {
        InetSocketAddress bound = server.getAddress();
        return URI.create("http://%s:%d/metrics".formatted(bound.getAddress().getHostAddress(), bound.getPort()));
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (!exchange.getRequestURI().getPath().equals("/metrics")) {
            send(exchange, NOT_FOUND, "figures are at /metrics\n");
            return;
        }
        try {
            send(exchange, OK, figures.get());
        } catch (SupercloudException e) {
            send(exchange, UNAVAILABLE, e.getMessage() + "\n");
        }
    }

    private static void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", TEXT);
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
        requests.close();
    }
}
