package io.supercloud.app;

import static org.awaitility.Awaitility.await;

import io.supercloud.app.cli.ControlClient;
import io.supercloud.app.manager.ControlRequest;
import io.supercloud.core.SupercloudException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import tools.jackson.databind.JsonNode;

/** Follows a deployment's events for as long as its manager lives. */
final class EventTail implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(2);

    private final List<JsonNode> seen = new CopyOnWriteArrayList<>();
    private final Thread thread;

    EventTail(ControlClient manager) {
        thread = Thread.ofVirtual().name("event tail").start(() -> {
            try {
                manager.stream(new ControlRequest.FollowEvents(0, true), line -> {}, seen::add);
            } catch (SupercloudException managerGone) {
                // What was seen stays.
                return;
            }
        });
    }

    /** How many have been seen. */
    int count() {
        return seen.size();
    }

    /** Waits for an event of a kind that is numbered above {@code before}. */
    void awaitAfter(long before, String kind, Duration limit) {
        await("event " + kind)
                .atMost(limit)
                .pollInterval(POLL)
                .until(() -> seen.stream()
                        .filter(message -> message.path("number").asLong() > before)
                        .anyMatch(message ->
                                message.path("event").path("kind").asString().equals(kind)));
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
