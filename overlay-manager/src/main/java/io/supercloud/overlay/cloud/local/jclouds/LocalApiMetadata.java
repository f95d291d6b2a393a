package io.supercloud.overlay.cloud.local.jclouds;

import java.net.URI;
import java.util.Properties;
import org.jclouds.apis.internal.BaseApiMetadata;
import org.jclouds.compute.ComputeServiceContext;

/** Tells jclouds of the local provider; found by its service loader. */
public final class LocalApiMetadata extends BaseApiMetadata {
    static final String ID = "supercloud-local";

    /** The account's state directory. */
    static final String STATE = ID + ".state";

    /** The account's zones, joined by commas, each as {@link io.supercloud.overlay.cloud.local.LocalZone#format} has it. */
    static final String ZONES = ID + ".zones";

    /** The image of its machines, as {@link io.supercloud.overlay.cloud.local.MachineImage#format} has it; empty for namespaces. */
    static final String MACHINES = ID + ".machines";

    public LocalApiMetadata() {
        this(new Builder());
    }

    private LocalApiMetadata(Builder builder) {
        super(builder);
    }

    @Override
    public Builder toBuilder() {
        return new Builder().fromApiMetadata(this);
    }

    /** The provider's constants. */
    public static final class Builder extends BaseApiMetadata.Builder<Builder> {
        private Builder() {
            id(ID);
            name("Supercloud local cloud");
            identityName("Account");
            version("1");
            defaultEndpoint("http://localhost");
            documentation(URI.create("http://localhost"));
            defaultProperties(defaults());
            view(ComputeServiceContext.class);
            defaultModule(LocalComputeModule.class);
        }

        private static Properties defaults() {
            Properties properties = BaseApiMetadata.defaultProperties();
            properties.setProperty(STATE, "");
            properties.setProperty(ZONES, "");
            properties.setProperty(MACHINES, "");
            return properties;
        }

        @Override
        public LocalApiMetadata build() {
            return new LocalApiMetadata(this);
        }

        @Override
        protected Builder self() {
            return this;
        }
    }
}
