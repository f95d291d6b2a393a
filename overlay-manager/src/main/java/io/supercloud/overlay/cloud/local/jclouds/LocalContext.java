package io.supercloud.overlay.cloud.local.jclouds;

import io.supercloud.overlay.cloud.local.LocalAccount;
import io.supercloud.overlay.cloud.local.LocalZone;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jclouds.ContextBuilder;
import org.jclouds.compute.ComputeServiceContext;

/** Opens jclouds contexts of the local provider. */
public final class LocalContext {
    private LocalContext() {}

    public static ComputeServiceContext open(LocalAccount account) {
        Properties properties = new Properties();
        properties.setProperty(LocalApiMetadata.STATE, account.stateDirectory().toString());
        properties.setProperty(
                LocalApiMetadata.ZONES,
                account.zones().stream().map(LocalZone::format).collect(Collectors.joining(",")));
        return ContextBuilder.newBuilder(LocalApiMetadata.ID)
                .credentials(account.name(), "none")
                .overrides(properties)
                .buildView(ComputeServiceContext.class);
    }
}
