package io.supercloud.cluster.internal.zookeeper;

import io.supercloud.core.Event;
import io.supercloud.core.Events;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.RegistryException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.ZooKeeper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The nodes of events: {@code /events/<unique>-<sequence>}. ZooKeeper counts the sequence from 0 without gaps; an event's
 * number is one more. The unique part tells a publisher whose answer was lost whether its event is there.
 */
public final class EventLog {
    private static final Logger LOG = LoggerFactory.getLogger(EventLog.class);
    private static final String PATH = "/events";
    private static final int TRIM_EVERY = 100;
    private static final Pattern NAME = Pattern.compile("[0-9a-f-]{36}-[0-9]{10}");
    private static final int SEQUENCE_DIGITS = 10;

    private final Connection connection;
    private final Nodes nodes;

    public EventLog(Connection connection) {
        this.connection = connection;
        this.nodes = new Nodes(connection);
    }

    public String node() {
        return connection.node(PATH);
    }

    /** Appends; returns when the event is durable. */
    public void append(Event event) {
        byte[] data = EventCodec.encode(event);
        String prefix = UUID.randomUUID() + "-";
        Deadline deadline = Deadline.inMillis(Connection.OPERATION_LIMIT_MILLIS);
        boolean mayBeThere = false;
        while (true) {
            if (mayBeThere && !names(name -> name.startsWith(prefix), deadline).isEmpty()) {
                return;
            }
            Answer answer = connection.exchange(
                    "event " + event.kind(),
                    deadline,
                    (session, result) -> session.create(
                            node() + "/" + prefix,
                            data,
                            ZooDefs.Ids.OPEN_ACL_UNSAFE,
                            CreateMode.PERSISTENT_SEQUENTIAL,
                            result.created(),
                            null));
            if (answer.isOk()) {
                trimNowAndThen(number(answer.path()));
                return;
            }
            if (answer.code() == Code.NONODE) {
                connection.makeParents(node() + "/", deadline);
            } else if (!answer.isLost() || deadline.hasPassed()) {
                throw Connection.unavailable("event " + event.kind() + ": " + answer.code(), null);
            } else {
                mayBeThere = true;
            }
        }
    }

    /** The names of the events numbered above {@code number}, in order. */
    public List<String> namesAbove(long number, Deadline deadline) {
        return names(name -> number(name) > number, deadline);
    }

    private List<String> names(Predicate<String> wanted, Deadline deadline) {
        return nodes.names(PATH, deadline).stream()
                .filter(NAME.asMatchPredicate())
                .filter(wanted)
                .sorted(Comparator.comparingLong(EventLog::number))
                .toList();
    }

    /** The events of these names, in order; those that were trimmed meanwhile or are damaged are left out. */
    public List<Events.Numbered> read(List<String> names, Deadline deadline) {
        List<Events.Numbered> events = new ArrayList<>();
        List<Answer> answers = nodes.data(PATH, names, deadline);
        for (int i = 0; i < names.size(); i++) {
            if (answers.get(i).isOk()) {
                try {
                    Event event = EventCodec.decode(answers.get(i).data());
                    events.add(new Events.Numbered(number(names.get(i)), event));
                } catch (InvalidValueException e) {
                    LOG.warn("event {} is left out: {}", names.get(i), e.getMessage());
                }
            }
        }
        return events;
    }

    private void trimNowAndThen(long newest) {
        if (newest % TRIM_EVERY != 0 || newest <= Events.KEPT_EVENTS) {
            return;
        }
        try {
            Deadline deadline = Deadline.inMillis(Connection.OPERATION_LIMIT_MILLIS);
            ZooKeeper session = connection.session("trimming of events", deadline);
            for (String name : names(name -> number(name) <= newest - Events.KEPT_EVENTS, deadline)) {
                session.delete(node() + "/" + name, -1, new Answer.Future().nothing(), null);
            }
        } catch (RegistryException.Unavailable e) {
            LOG.debug("old events are dropped a little later", e);
        }
    }

    private static long number(String name) {
        return Long.parseLong(name.substring(name.length() - SEQUENCE_DIGITS)) + 1;
    }
}
