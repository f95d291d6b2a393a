package io.supercloud.cluster;

import io.supercloud.cluster.internal.zookeeper.Connection;
import io.supercloud.cluster.internal.zookeeper.Deadline;
import io.supercloud.cluster.internal.zookeeper.EventLog;
import io.supercloud.cluster.internal.zookeeper.Subscriber;
import io.supercloud.core.Event;
import io.supercloud.core.Events;
import io.supercloud.core.Registry;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The stream of events of a deployment on ZooKeeper. It uses the connection of a registry and ends with it. Publishers
 * drop old events now and then, so a few more than {@link Events#KEPT_EVENTS} may be kept.
 */
public final class ZooKeeperEvents implements Events {
    private static final int EVENTS_PER_READ = 100;

    private final Connection connection;
    private final EventLog log;

    public ZooKeeperEvents(ZooKeeperRegistry registry) {
        this.connection = registry.connection();
        this.log = new EventLog(connection);
    }

    /** Throws {@link io.supercloud.core.InvalidValueException} where the event has over 32 KiB. */
    @Override
    public void publish(Event event) {
        log.append(event);
    }

    @Override
    public Registry.Subscription follow(long after, Consumer<Numbered> listener) {
        Follower follower = new Follower(after, listener);
        return connection.watch(log.node(), false, event -> follower.subscriber.wake(), follower.subscriber);
    }

    private final class Follower {
        private final AtomicLong told;
        private final Consumer<Numbered> listener;
        private final Subscriber subscriber = new Subscriber("events", this::tellNew);

        private Follower(long after, Consumer<Numbered> listener) {
            this.told = new AtomicLong(after);
            this.listener = listener;
        }

        private void tellNew() {
            List<String> names = log.namesAbove(told.get(), deadline());
            for (int from = 0; from < names.size(); from += EVENTS_PER_READ) {
                List<String> batch = names.subList(from, Math.min(names.size(), from + EVENTS_PER_READ));
                for (Numbered numbered : log.read(batch, deadline())) {
                    if (subscriber.isClosed()) {
                        return;
                    }
                    told.set(numbered.number());
                    listener.accept(numbered);
                }
            }
        }
    }

    private static Deadline deadline() {
        return Deadline.inMillis(Connection.OPERATION_LIMIT_MILLIS);
    }
}
