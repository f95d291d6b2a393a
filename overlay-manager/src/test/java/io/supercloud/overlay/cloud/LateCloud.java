package io.supercloud.overlay.cloud;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** A cloud that does what it is told, loses the answer of each launch, and lists nothing until {@code visibleWithin} is over. */
final class LateCloud implements Cloud {
    private final Cloud cloud;
    private final Duration visibleWithin;
    private Instant visibleAt = Instant.MAX;
    Instant now = Instant.EPOCH;

    LateCloud(Cloud cloud, Duration visibleWithin) {
        this.cloud = cloud;
        this.visibleWithin = visibleWithin;
    }

    @Override
    public String account() {
        return cloud.account();
    }

    @Override
    public List<Instance> list(String deployment) {
        return now.isBefore(visibleAt) ? List.of() : cloud.list(deployment);
    }

    @Override
    public Instance launch(LaunchRequest request) {
        cloud.launch(request);
        visibleAt = now.plus(visibleWithin);
        throw new CloudException("the answer was lost");
    }

    @Override
    public void terminate(String instanceId) {
        cloud.terminate(instanceId);
    }

    @Override
    public Duration visibleWithin() {
        return visibleWithin;
    }

    @Override
    public void close() {
        cloud.close();
    }
}
