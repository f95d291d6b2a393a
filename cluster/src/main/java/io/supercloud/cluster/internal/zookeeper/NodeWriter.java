package io.supercloud.cluster.internal.zookeeper;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import java.util.Arrays;
import org.apache.zookeeper.CreateMode;
import org.apache.zookeeper.KeeperException.Code;
import org.apache.zookeeper.ZooDefs;
import org.apache.zookeeper.data.Stat;

/** One write of an entry, from the first try to its certain end; used once. */
public final class NodeWriter {
    private final Connection connection;
    private final String path;
    private final String node;
    private final Deadline deadline = Deadline.inMillis(Connection.OPERATION_LIMIT_MILLIS);
    private boolean mayBeMade;

    public NodeWriter(Connection connection, String path) {
        this.connection = connection;
        this.path = path;
        this.node = connection.node(path);
    }

    /** Throws {@link RegistryException.Exists} where there is an entry. */
    public Registry.Entry create(byte[] value, CreateMode mode) {
        byte[] data = NodeValue.encode(value);
        while (true) {
            Answer answer = write(
                    "create of ",
                    (session, result) ->
                            session.create(node, data, ZooDefs.Ids.OPEN_ACL_UNSAFE, mode, result.created(), null));
            switch (answer.code()) {
                case OK -> {
                    return made(value, answer.stat());
                }
                case NONODE -> connection.makeParents(node, deadline);
                case NODEEXISTS -> {
                    Answer filled = fill(data, mode);
                    if (filled.isOk()) {
                        return made(value, filled.stat());
                    }
                }
                case NOCHILDRENFOREPHEMERALS ->
                    throw new InvalidValueException(
                            "%s cannot be made: a lease stands above it, and leases have no entries below"
                                    .formatted(path));
                default -> throw Connection.unavailable("create of " + path + ": " + answer.code(), null);
            }
        }
    }

    /** Turns the node that is there into the entry, if it is none yet; an answer that is not OK asks for a new create. */
    private Answer fill(byte[] data, CreateMode mode) {
        Answer found = connection.exchange(
                "create of " + path, deadline, (session, result) -> session.getData(node, false, result.data(), null));
        if (!found.isOk()) {
            return found;
        }
        if (NodeValue.isEntry(found.data())) {
            return own(found, data);
        }
        int version = found.stat().getVersion();
        if (!mode.isEphemeral()) {
            return write("create of ", (session, result) -> session.setData(node, data, version, result.stat(), null));
        }
        Answer removed =
                write("create of ", (session, result) -> session.delete(node, version, result.nothing(), null));
        if (removed.code() == Code.NOTEMPTY) {
            throw new InvalidValueException(
                    "%s cannot be a lease: there are entries below it, and leases have none".formatted(path));
        }
        return new Answer(Code.NONODE, node, null, null, null);
    }

    /** The entry that is there: this client's own lease from a try whose answer was lost, or somebody's. */
    private Answer own(Answer found, byte[] data) {
        if (!mayBeMade) {
            throw new RegistryException.Exists(path);
        }
        long session = connection.session("create of " + path, deadline).getSessionId();
        if (found.stat().getEphemeralOwner() != session || !Arrays.equals(found.data(), data)) {
            throw lostTrack("create of ");
        }
        return found;
    }

    /** Throws {@link RegistryException.Changed} where the node is not at {@code version}. */
    public Registry.Entry replace(long version, byte[] value) {
        return made(value, set("replace of ", version, NodeValue.encode(value)));
    }

    /** Throws {@link RegistryException.Changed} where the node is not at {@code version}. */
    public void delete(long version) {
        if (!NodeValue.isLease(version)) {
            set("delete of ", version, NodeValue.none());
            return;
        }
        requireGeneration("delete of ", version);
        Answer answer =
                write("delete of ", (session, result) -> session.delete(node, (int) version, result.nothing(), null));
        requireOk("delete of ", version, answer);
    }

    private Stat set(String what, long version, byte[] data) {
        if (NodeValue.isLease(version)) {
            requireGeneration(what, version);
        }
        Answer answer =
                write(what, (session, result) -> session.setData(node, data, (int) version, result.stat(), null));
        requireOk(what, version, answer);
        return answer.stat();
    }

    /** ZooKeeper compares the lower half of the version alone; a lease made again begins there with 0 again. */
    private void requireGeneration(String what, long version) {
        Answer found = connection.exchange(
                what + path, deadline, (session, result) -> session.exists(node, false, result.stat(), null));
        boolean other = found.isOk() && NodeValue.version(found.stat()) != version;
        if (other || found.code() == Code.NONODE) {
            throw new RegistryException.Changed(path, version);
        }
    }

    private void requireOk(String what, long version, Answer answer) {
        switch (answer.code()) {
            case OK -> {}
            case BADVERSION, NONODE -> {
                if (mayBeMade) {
                    throw lostTrack(what);
                }
                throw new RegistryException.Changed(path, version);
            }
            default -> throw Connection.unavailable(what + path + ": " + answer.code(), null);
        }
    }

    private RegistryException.Unavailable lostTrack(String what) {
        return Connection.unavailable(
                what + path + ": the connection broke; read the entry to see whether the change was made", null);
    }

    /** Sends a write until it is answered, and remembers whether an earlier one may have been made. */
    private Answer write(String what, Request request) {
        while (true) {
            Answer answer = connection.exchange(what + path, deadline, request);
            if (!answer.isLost()) {
                return answer;
            }
            mayBeMade = true;
            if (deadline.hasPassed()) {
                throw lostTrack(what);
            }
        }
    }

    private Registry.Entry made(byte[] value, Stat stat) {
        return new Registry.Entry(path, value.clone(), NodeValue.version(stat));
    }
}
