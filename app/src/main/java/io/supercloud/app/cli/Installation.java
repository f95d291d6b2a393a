package io.supercloud.app.cli;

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

    /** The probe guest's kernel and initrd. */
    static Path probe() {
        return home().resolve("probe");
    }
}
