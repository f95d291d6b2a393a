package io.supercloud.journal;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.zookeeper.server.NIOServerCnxnFactory;
import org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.zookeeper.server.ZooKeeperServer;

/** ZooKeeper and some bookies in this process. */
final class LedgerCluster implements AutoCloseable {
    private static final int TICK_MILLIS = 500;

    private final Path folder;
    private final ServerCnxnFactory zooKeeper;
    private final List<Bookie> bookies = new ArrayList<>();
    private final List<InetSocketAddress> addresses = new ArrayList<>();

    private LedgerCluster(Path folder, ServerCnxnFactory zooKeeper) {
        this.folder = folder;
        this.zooKeeper = zooKeeper;
    }

    static LedgerCluster start(Path folder, int bookies) throws Exception {
        ServerCnxnFactory zooKeeper =
                NIOServerCnxnFactory.createFactory(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        Path data = folder.resolve("zookeeper");
        zooKeeper.startup(new ZooKeeperServer(
                data.resolve("snapshots").toFile(), data.resolve("log").toFile(), TICK_MILLIS));
        LedgerCluster cluster = new LedgerCluster(folder, zooKeeper);
        for (int i = 0; i < bookies; i++) {
            cluster.addresses.add(new InetSocketAddress(InetAddress.getLoopbackAddress(), freePort()));
            cluster.bookies.add(cluster.bookie(i));
        }
        return cluster;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private Bookie bookie(int number) throws IOException {
        return Bookie.start(service(), folder.resolve("bookie" + number), addresses.get(number));
    }

    LedgerService service() {
        return new LedgerService("127.0.0.1:" + zooKeeper.getLocalPort(), "/ledgers", Optional.empty());
    }

    void stop(int number) {
        bookies.get(number).close();
        bookies.set(number, null);
    }

    void startAgain(int number) throws IOException {
        bookies.set(number, bookie(number));
    }

    @Override
    public void close() {
        for (Bookie bookie : bookies) {
            if (bookie != null) {
                bookie.close();
            }
        }
        zooKeeper.shutdown();
    }
}
