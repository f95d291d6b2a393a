package io.supercloud.cluster.internal.zookeeper;

import io.supercloud.core.Registry;
import java.util.Arrays;
import java.util.Optional;
import org.apache.zookeeper.data.Stat;

/** How an entry of the registry lies in a node of ZooKeeper; see the package. */
public final class NodeValue {
    private static final byte FORMAT = 1;
    private static final byte[] NONE = {};

    private NodeValue() {}

    /** The data of a node that is no entry. */
    public static byte[] none() {
        return NONE;
    }

    public static byte[] encode(byte[] value) {
        byte[] data = new byte[value.length + 1];
        data[0] = FORMAT;
        System.arraycopy(value, 0, data, 1, value.length);
        return data;
    }

    public static boolean isEntry(byte[] data) {
        return data != null && data.length > 0 && data[0] == FORMAT;
    }

    public static Optional<Registry.Entry> entry(String path, byte[] data, Stat stat) {
        return isEntry(data)
                ? Optional.of(new Registry.Entry(path, Arrays.copyOfRange(data, 1, data.length), version(stat)))
                : Optional.empty();
    }

    /** ZooKeeper's version of the node; of a lease, with the node's generation (its creation) in the upper half. */
    public static long version(Stat stat) {
        long generation = stat.getEphemeralOwner() == 0 ? 0 : stat.getCzxid() & Integer.MAX_VALUE;
        return generation << Integer.SIZE | stat.getVersion();
    }

    public static boolean isLease(long version) {
        return version >>> Integer.SIZE != 0;
    }
}
