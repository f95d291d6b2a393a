package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import java.util.Optional;

/**
 * The one door through which a VM gets another owner. The change is a compare-and-set of its owner record, and that write
 * is a move's point of no return: until it has succeeded only the old owner may run the VM, after it only the new one.
 */
public final class Owners {
    private final Registry registry;

    public Owners(Registry registry) {
        this.registry = registry;
    }

    public Optional<Owner> find(String name) {
        return registry.read(Paths.owner(name)).map(Owners::decode);
    }

    /** Makes the first owner, at epoch 1. */
    public Owner first(String name, HostId host) {
        return first(name, host, 1);
    }

    /** As the other one, for a VM whose disk has seen earlier epochs under another name. */
    public Owner first(String name, HostId host, long epoch) {
        Owner owner = new Owner(host, epoch);
        registry.create(Paths.owner(name), Json.write(owner));
        return owner;
    }

    /** The record as it is now, to be handed to {@link #change}; throws where the owner is not {@code expected}. */
    public Registry.Entry hold(String name, Owner expected) {
        Registry.Entry entry = registry.read(Paths.owner(name))
                .orElseThrow(() -> new MigrationException("%s has no owner record".formatted(name)));
        Owner found = decode(entry);
        if (!found.equals(expected)) {
            throw new MigrationException("%s belongs to %s at epoch %d, not to %s at epoch %d"
                    .formatted(name, found.host(), found.epoch(), expected.host(), expected.epoch()));
        }
        return entry;
    }

    /**
     * Changes the owner from what {@code held} says to {@code next}.
     *
     * @throws RegistryException.Changed where somebody else was quicker: nothing has changed
     * @throws RegistryException.Unavailable where it is not known whether it has changed; {@link #settle} finds out
     */
    public void change(Registry.Entry held, Owner next) {
        Owner before = decode(held);
        if (next.epoch() != before.epoch() + 1) {
            throw new MigrationException(
                    "an owner change must raise the epoch by one: %d to %d".formatted(before.epoch(), next.epoch()));
        }
        registry.replace(held, Json.write(next));
    }

    /**
     * After a change whose outcome is not known: makes it known. Returns the owner, and where that is still the old one,
     * the record is written again first, so that a request that is still under way can no longer succeed.
     */
    public Owner settle(Registry.Entry held) {
        Registry.Entry now = registry.read(held.path())
                .orElseThrow(() -> new MigrationException(held.path() + " is gone from the registry"));
        if (now.version() == held.version()) {
            registry.replace(now, now.value());
        }
        return decode(now);
    }

    /**
     * Takes from whoever holds {@code expected} the power to change it, and says whether {@code expected} is the owner still:
     * where it is, a change that is under way by an older {@link #hold} cannot succeed any more.
     */
    public boolean fence(String name, Owner expected) {
        Registry.Entry entry = registry.read(Paths.owner(name))
                .orElseThrow(() -> new MigrationException("%s has no owner record".formatted(name)));
        if (!decode(entry).equals(expected)) {
            return false;
        }
        registry.replace(entry, entry.value());
        return true;
    }

    public void forget(String name) {
        registry.read(Paths.owner(name)).ifPresent(registry::delete);
    }

    public static Owner decode(Registry.Entry entry) {
        return Json.read(entry, Owner.class);
    }
}
