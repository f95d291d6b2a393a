package io.supercloud.overlay.cloud.local;

import io.supercloud.core.Names;
import java.nio.file.Path;
import java.util.List;

/**
 * An account at a local cloud.
 *
 * @param stateDirectory its own; made where there is none. Instances' directories are below it
 */
public record LocalAccount(String name, Path stateDirectory, List<LocalZone> zones) {
    public LocalAccount {
        Names.require("account", name);
        stateDirectory = stateDirectory.toAbsolutePath().normalize();
        zones = List.copyOf(zones);
    }
}
