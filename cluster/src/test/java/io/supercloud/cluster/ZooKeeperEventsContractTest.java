package io.supercloud.cluster;

import io.supercloud.core.Events;
import io.supercloud.core.EventsContract;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperEventsContractTest extends EventsContract {
    private static TestRegistry server;

    private final String deployment = TestRegistry.freshDeployment();
    private final List<ZooKeeperRegistry> clients = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start(@TempDir Path directory) {
        server = TestRegistry.start(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void closeClients() {
        clients.forEach(ZooKeeperRegistry::close);
    }

    @Override
    protected Events connect() {
        ZooKeeperRegistry client = server.connect(deployment);
        clients.add(client);
        return new ZooKeeperEvents(client);
    }
}
