package io.supercloud.core;

import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A place in the registry that at most one process holds, as a leader does: the entry at its path is a lease, so it is vacant
 * one session time-out after its holder was last heard of.
 *
 * <p>A lease tells who is to act, and alone makes nothing safe: a holder that stood still for long may act once more before it
 * hears that it has lost its place. What it acts on needs a fence of its own. Methods block as the registry's do, and throw
 * {@link RegistryException.Unavailable} as they do. Not for several threads at once.
 */
public final class Lease {
    private static final String SEPARATOR = " ";

    private final Registry registry;
    private final String path;
    private final Holder me;
    private boolean hadIt;

    /**
     * Who holds a lease.
     *
     * @param name of the process; no two with one name live at the same time
     * @param run of it; another each time that it is started
     */
    public record Holder(String name, String run) {
        public Holder {
            if (name.isEmpty() || name.contains(SEPARATOR) || run.contains(SEPARATOR)) {
                throw new InvalidValueException(
                        "'%s', run '%s', cannot hold a lease: give a name without spaces".formatted(name, run));
            }
        }

        private byte[] value() {
            return (name + SEPARATOR + run).getBytes(StandardCharsets.UTF_8);
        }

        private static Holder of(Registry.Entry entry) {
            String[] words = entry.text().split(SEPARATOR, 2);
            return new Holder(words[0], words.length == 2 ? words[1] : "");
        }
    }

    public Lease(Registry registry, String path, Holder me) {
        this.registry = registry;
        this.path = path;
        this.me = me;
    }

    /**
     * Whether it is held now by the caller, who takes it where it is vacant. What an earlier run of the same process holds is
     * taken too, but only at first: who had it and meets another run of himself has been replaced.
     */
    public boolean take() {
        Optional<Holder> holder = holder();
        if (holder.filter(me::equals).isPresent()) {
            hadIt = true;
            return true;
        }
        if (holder.isPresent() && (hadIt || !holder.get().name().equals(me.name()))) {
            return false;
        }
        if (holder.isPresent()) {
            vacate(holder.get());
        }
        try {
            registry.createLease(path, me.value());
            hadIt = true;
            return true;
        } catch (RegistryException.Exists quicker) {
            return holder().filter(me::equals).isPresent();
        }
    }

    /** Who holds it; empty where it is vacant. */
    public Optional<Holder> holder() {
        return registry.read(path).map(Holder::of);
    }

    /** Gives it up, where it is held by the caller. Idempotent. */
    public void release() {
        vacate(me);
    }

    private void vacate(Holder holder) {
        try {
            registry.read(path).filter(entry -> Holder.of(entry).equals(holder)).ifPresent(registry::delete);
        } catch (RegistryException.Changed gone) {
            // It has ended by itself.
        }
    }
}
