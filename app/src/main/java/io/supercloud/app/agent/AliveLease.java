package io.supercloud.app.agent;

import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.migration.Paths;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The lease that tells that this agent is alive; made again whenever it is missing, as after a lost session. */
final class AliveLease {
    private static final Logger log = LoggerFactory.getLogger(AliveLease.class);

    private final Registry registry;
    private final String path;
    private final byte[] value;

    AliveLease(Registry registry, String path, byte[] value) {
        this.registry = registry;
        this.path = path;
        this.value = value;
    }

    void keep() {
        registry.watch(Paths.ALIVE, entries -> {
            if (entries.values().stream().noneMatch(entry -> entry.path().equals(path))) {
                make();
            }
        });
    }

    /** The lease of an earlier run of this agent may still be there; when it ends the watch tells. */
    private void make() {
        try {
            registry.createLease(path, value);
        } catch (RegistryException.Exists earlier) {
            log.debug("{} is still held by an earlier run", path);
        } catch (RegistryException e) {
            log.warn("lease {} could not be made: {}", path, e.getMessage());
        }
    }
}
