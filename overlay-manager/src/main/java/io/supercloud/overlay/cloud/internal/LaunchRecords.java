package io.supercloud.overlay.cloud.internal;

import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.Registry.Entry;
import io.supercloud.core.RegistryException;
import io.supercloud.overlay.cloud.CloudException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * The launch records in the registry: {@code /launches/<host>} from before the instance exists until after it is gone, and
 * the lease {@code /launching/<host>} while its creator is at work. A record that says {@code CREATING} without the lease
 * tells that the creator has died.
 */
public final class LaunchRecords {
    private static final String RECORDS = "/launches";
    private static final String LEASES = "/launching";

    private final Registry registry;

    public LaunchRecords(Registry registry) {
        this.registry = registry;
    }

    /** A record as the registry has it. */
    public record Stored(Entry entry, LaunchRecord record) {}

    /** Takes the host for this process's launch; {@link #release} gives it back, as the end of the process does. */
    public Entry lease(LaunchRecord intent) {
        try {
            return registry.createLease(
                    LEASES + "/" + intent.host(), intent.token().getBytes(StandardCharsets.US_ASCII));
        } catch (RegistryException.Exists e) {
            throw new CloudException(
                    "host %s is being launched already: wait for that launch to end".formatted(intent.host()), e);
        }
    }

    public void release(Entry lease) {
        try {
            registry.delete(lease);
        } catch (RegistryException.Changed e) {
            // The session that held it has ended, and the lease with it: that is what was wanted.
            return;
        }
    }

    public Stored create(LaunchRecord intent) {
        try {
            return new Stored(registry.create(path(intent.host()), intent.encode()), intent);
        } catch (RegistryException.Exists e) {
            throw new CloudException(
                    "host %s exists already: terminate it first, or choose another name".formatted(intent.host()), e);
        }
    }

    /** Throws {@link RegistryException.Changed} where the record is not the expected one any more. */
    public Stored replace(Stored expected, LaunchRecord next) {
        return new Stored(registry.replace(expected.entry(), next.encode()), next);
    }

    public Optional<Stored> find(HostId host) {
        return registry.read(path(host)).map(LaunchRecords::stored);
    }

    public List<Stored> all(String deployment) {
        return registry.children(RECORDS).values().stream()
                .map(LaunchRecords::stored)
                .filter(stored -> stored.record().deployment().equals(deployment))
                .toList();
    }

    private static Stored stored(Entry entry) {
        return new Stored(entry, LaunchRecord.decode(entry.text()));
    }

    /** Whether the process that creates the host's instance still lives. */
    public boolean beingCreated(HostId host) {
        return registry.read(LEASES + "/" + host).isPresent();
    }

    /** Deletes the host's record where it is still of the attempt {@code token}. */
    public void delete(HostId host, String token) {
        find(host).filter(stored -> stored.record().token().equals(token)).ifPresent(this::delete);
    }

    private void delete(Stored stored) {
        try {
            registry.delete(stored.entry());
        } catch (RegistryException.Changed e) {
            throw new CloudException(
                    "the record of host %s changed while it was removed: try again"
                            .formatted(stored.record().host()),
                    e);
        }
    }

    private static String path(HostId host) {
        return RECORDS + "/" + host;
    }
}
