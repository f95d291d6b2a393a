package io.supercloud.overlay.cloud.local;

import io.supercloud.overlay.cloud.local.internal.InstanceBody;
import io.supercloud.overlay.cloud.local.internal.LocalInstances;
import java.time.Duration;

/** What a provider does to its customers' instances on its own account. */
public final class LocalCloudControl {
    private final LocalInstances instances;

    public LocalCloudControl(LocalAccount account) {
        instances = new LocalInstances(account.name(), account.stateDirectory(), InstanceBody.of(account.machines()));
    }

    /**
     * Takes an instance away: its metadata endpoint shows the notice from now on, and {@code notice} later it is gone,
     * whether the calling process still runs or not. Throws {@link io.supercloud.overlay.cloud.CloudException} where there
     * is no such instance.
     */
    public void reclaim(String instanceId, Duration notice) {
        instances.reclaim(instanceId, notice);
    }
}
