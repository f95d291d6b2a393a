package io.supercloud.app.cli;

import io.supercloud.overlay.cloud.local.MachineImage;
import java.nio.file.Path;

/** Where this program is installed; the start script says so. */
public final class Installation {
    private Installation() {}

    public static Path home() {
        String home = System.getProperty("supercloud.home");
        if (home == null) {
            throw new CliException(
                    CliException.FAILED, "start Supercloud by its script: the property supercloud.home is not set");
        }
        return Path.of(home);
    }

    /** What a host's agent is made of. */
    static Path agentBundle() {
        return home().resolve("agent.tar.gz");
    }

    /** What hosts boot from that are virtual machines of this machine; there once {@code make images} has built it. */
    static Path hostImage() {
        return home().resolve(MachineImage.FILE);
    }

    /** The probe guest's kernel and initrd. */
    static Path probe() {
        return home().resolve("probe");
    }
}
