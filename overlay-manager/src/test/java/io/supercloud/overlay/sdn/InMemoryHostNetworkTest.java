package io.supercloud.overlay.sdn;

import org.junit.jupiter.api.AfterEach;

final class InMemoryHostNetworkTest extends HostNetworkContract {
    private final InMemoryHostNetwork network = new InMemoryHostNetwork(Cluster.host(0));

    @Override
    HostNetwork network() {
        return network;
    }

    @AfterEach
    void close() {
        network.close();
    }
}
