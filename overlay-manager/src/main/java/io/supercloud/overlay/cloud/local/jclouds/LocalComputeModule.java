package io.supercloud.overlay.cloud.local.jclouds;

import org.jclouds.compute.config.ComputeServiceAdapterContextModule.LocationsFromComputeServiceAdapterModule;
import org.jclouds.compute.config.JCloudsNativeComputeServiceAdapterContextModule;
import org.jclouds.compute.domain.Hardware;
import org.jclouds.compute.domain.Image;
import org.jclouds.compute.domain.NodeMetadata;
import org.jclouds.compute.options.TemplateOptions;
import org.jclouds.domain.Location;

/** Wires {@link LocalComputeAdapter} into jclouds. */
public final class LocalComputeModule extends JCloudsNativeComputeServiceAdapterContextModule {
    public LocalComputeModule() {
        super(LocalComputeAdapter.class);
    }

    @Override
    protected void configure() {
        super.configure();
        bind(TemplateOptions.class).to(LocalTemplateOptions.class);
        // An anonymous class: its type arguments are what jclouds reads.
        install(new LocationsFromComputeServiceAdapterModule<NodeMetadata, Hardware, Image, Location>() {});
    }
}
