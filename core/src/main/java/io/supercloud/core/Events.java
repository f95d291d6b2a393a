package io.supercloud.core;

import java.util.function.Consumer;

/**
 * The stream of events of one deployment, kept for as long as its bound of events lasts.
 *
 * <p>{@link #publish} blocks until the event is durable and throws {@link RegistryException.Unavailable} where it is not
 * known to be.
 */
public interface Events {
    /** How many of the newest events are kept. */
    int KEPT_EVENTS = 2_000;

    void publish(Event event);

    /**
     * Calls {@code listener} with the kept events numbered above {@code after} (0 for all kept), then with each new one,
     * in order, once each, on a thread of the stream's own. The listener may block.
     */
    Registry.Subscription follow(long after, Consumer<Numbered> listener);

    /** An event with its place in the stream: 1, 2, 3 and so on, with gaps only where events were dropped as too old. */
    record Numbered(long number, Event event) {}
}
