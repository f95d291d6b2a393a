package io.supercloud.overlay.cloud;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

/** A cloud that does what it is told, loses the answer of each launch, and lists nothing until {@code visibleWithin} is over. */
final class LateCloud implements Cloud {
    private final Cloud cloud;
    private final Duration visibleWithin;
    private final InstantSource clock;
    private Instant visibleAt = Instant.MAX;

    LateCloud(Cloud cloud, Duration visibleWithin, InstantSource clock) {
        this.cloud = cloud;
        this.visibleWithin = visibleWithin;
        this.clock = clock;
    }

    @Override
    public String account() {
        return cloud.account();
    }

    @Override
    public List<Instance> list(String deployment) {
        return clock.instant().isBefore(visibleAt) ? List.of() : cloud.list(deployment);
    }

    @Override
    public Instance launch(LaunchRequest request) {
        cloud.launch(request);
        visibleAt = clock.instant().plus(visibleWithin);
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
