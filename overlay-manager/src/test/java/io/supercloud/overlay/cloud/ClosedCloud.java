package io.supercloud.overlay.cloud;

import io.supercloud.core.Ipv4;
import java.util.List;
import java.util.Set;

/** An account that cannot be used, as one whose credential is not here: whatever is asked of it fails. */
record ClosedCloud(String account) implements Cloud {
    private CloudException closed() {
        return new CloudException("account %s cannot be used".formatted(account));
    }

    @Override
    public List<Instance> list(String deployment) {
        throw closed();
    }

    @Override
    public Instance launch(LaunchRequest request) {
        throw closed();
    }

    @Override
    public void terminate(String instanceId) {
        throw closed();
    }

    @Override
    public void admit(String deployment, Set<Ipv4> hosts) {
        throw closed();
    }

    @Override
    public void forget(String deployment) {
        throw closed();
    }

    @Override
    public void close() {}
}
