package io.supercloud.cluster.internal.zookeeper;

import io.supercloud.core.Registry;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/** Reads of nodes. Lost answers are asked for again until the deadline. */
public final class Nodes {
    private static final long EMPTY_NODE_KEPT_MILLIS = 3_600_000;

    private final Connection connection;

    public Nodes(Connection connection) {
        this.connection = connection;
    }

    /** The data of a node as the leader has it: a sync goes ahead on the same connection. */
    public Answer readNewest(String path, Deadline deadline) {
        String node = connection.node(path);
        return ask("read of " + path, deadline, (session, answer) -> {
            Answer.Future synced = new Answer.Future();
            session.sync(node, synced.nothing(), null);
            session.getData(node, false, answer.data(), null);
        });
    }

    /** The names of the nodes below a path, those of no entries too; empty where there is no such node. */
    public List<String> names(String path, Deadline deadline) {
        String node = connection.node(path);
        return ask(
                        "children of " + path,
                        deadline,
                        (session, answer) -> session.getChildren(node, false, answer.children(), null))
                .children();
    }

    /** The entries directly below a path, by name. */
    public Map<String, Registry.Entry> entries(String path, Deadline deadline) {
        Map<String, Registry.Entry> found = new TreeMap<>();
        List<String> names = names(path, deadline);
        List<Answer> answers = data(path, names, deadline);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            Answer answer = answers.get(i);
            if (answer.isOk()) {
                Optional<Registry.Entry> entry = NodeValue.entry(path + "/" + name, answer.data(), answer.stat());
                entry.ifPresentOrElse(present -> found.put(name, present), () -> sweep(path, name, answer.stat()));
            }
        }
        return found;
    }

    /** The data of several nodes below a path, asked for in one go, in the order of {@code names}. */
    public List<Answer> data(String path, List<String> names, Deadline deadline) {
        String what = "children of " + path;
        ZooKeeper session = connection.session(what, deadline);
        List<Answer.Future> asked = new ArrayList<>();
        for (String name : names) {
            Answer.Future future = new Answer.Future();
            session.getData(connection.node(path) + "/" + name, false, future.data(), null);
            asked.add(future);
        }
        List<Answer> answers = new ArrayList<>();
        for (Answer.Future future : asked) {
            Answer answer = Connection.await(what, deadline, future);
            if (answer.isLost()) {
                throw Connection.unavailable(what + ": the connection broke", null);
            }
            answers.add(answer);
        }
        return answers;
    }

    /** Removes a node that has been no entry for long; whether that works does not matter. */
    private void sweep(String path, String name, Stat stat) {
        boolean old = System.currentTimeMillis() - stat.getMtime() > EMPTY_NODE_KEPT_MILLIS;
        if (old && stat.getNumChildren() == 0) {
            Deadline deadline = Deadline.inMillis(Connection.OPERATION_LIMIT_MILLIS);
            Answer.Future ignored = new Answer.Future();
            connection
                    .session("sweep of " + path, deadline)
                    .delete(connection.node(path) + "/" + name, stat.getVersion(), ignored.nothing(), null);
        }
    }

    private Answer ask(String what, Deadline deadline, Request request) {
        while (true) {
            Answer answer = connection.exchange(what, deadline, request);
            if (answer.isOk() || answer.code() == Code.NONODE) {
                return answer;
            }
            if (!answer.isLost() || deadline.hasPassed()) {
                throw Connection.unavailable(what + ": " + answer.code(), null);
            }
        }
    }
}
