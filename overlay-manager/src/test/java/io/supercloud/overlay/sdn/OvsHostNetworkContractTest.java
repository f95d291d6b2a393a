package io.supercloud.overlay.sdn;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

final class OvsHostNetworkContractTest extends HostNetworkContract {
    @TempDir
    Path directory;

    private RealHosts hosts;
    private HostNetwork network;

    @BeforeEach
    void start() {
        hosts = new RealHosts(directory);
        OvsHostNetwork.Config config = hosts.start(1).getFirst().config();
        network = new OvsHostNetwork(new OvsHostNetwork.Config(
                Cluster.host(0), config.ovsdbSocket(), config.controllerSocket(), true, config.commandPrefix()));
    }

    @AfterEach
    void stop() {
        try (RealHosts closing = hosts) {
            if (network != null && closing != null) {
                network.close();
            }
        }
    }

    @Override
    HostNetwork network() {
        return network;
    }
}
