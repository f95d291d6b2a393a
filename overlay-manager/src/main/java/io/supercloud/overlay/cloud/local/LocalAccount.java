package io.supercloud.overlay.cloud.local;

import io.supercloud.core.Names;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * An account at a local cloud.
 *
 * @param stateDirectory its own; made where there is none. Instances' directories are below it
 * @param machines where instances are virtual machines: their image; where it is empty they are namespaces of this machine
 */
public record LocalAccount(String name, Path stateDirectory, List<LocalZone> zones, Optional<MachineImage> machines) {
    /** One whose instances are namespaces. */
    public LocalAccount(String name, Path stateDirectory, List<LocalZone> zones) {
        this(name, stateDirectory, zones, Optional.empty());
    }

    public LocalAccount {
        Names.require("account", name);
        stateDirectory = stateDirectory.toAbsolutePath().normalize();
        zones = List.copyOf(zones);
    }
}
