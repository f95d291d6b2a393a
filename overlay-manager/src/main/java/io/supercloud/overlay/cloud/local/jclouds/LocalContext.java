package io.supercloud.overlay.cloud.local.jclouds;

import io.supercloud.overlay.cloud.local.LocalAccount;
import io.supercloud.overlay.cloud.local.LocalZone;
import io.supercloud.overlay.cloud.local.MachineImage;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;
import org.jclouds.ContextBuilder;
import org.jclouds.compute.ComputeServiceContext;
import org.jclouds.logging.config.NullLoggingModule;

/** Opens jclouds contexts of the local provider. */
public final class LocalContext {
    private LocalContext() {}

    /** jclouds' own log is off: what it would tell is in the exceptions that it throws. */
    public static ComputeServiceContext open(LocalAccount account) {
        Properties properties = new Properties();
        properties.setProperty(LocalApiMetadata.STATE, account.stateDirectory().toString());
        properties.setProperty(
                LocalApiMetadata.ZONES,
                account.zones().stream().map(LocalZone::format).collect(Collectors.joining(",")));
        properties.setProperty(
                LocalApiMetadata.MACHINES,
                account.machines().map(MachineImage::format).orElse(""));
        return ContextBuilder.newBuilder(LocalApiMetadata.ID)
                .credentials(account.name(), "none")
                .overrides(properties)
                .modules(List.of(new NullLoggingModule()))
                .buildView(ComputeServiceContext.class);
    }
}
