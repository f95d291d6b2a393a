package io.supercloud.cluster;

import io.supercloud.core.Registry;
import io.supercloud.core.RegistryContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

class ZooKeeperRegistryContractTest extends RegistryContract {
    private static TestRegistry server;

    private final String deployment = TestRegistry.freshDeployment();

    @BeforeAll
    static void start(@TempDir Path directory) {
        server = TestRegistry.start(directory);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Override
    protected Registry connect() {
        return server.connect(deployment);
    }
}
