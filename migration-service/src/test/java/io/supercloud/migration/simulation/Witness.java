package io.supercloud.migration.simulation;

import io.supercloud.core.HostId;
import io.supercloud.core.Owner;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Sees what guests do, and says at once where they do what no guest ever may. */
final class Witness {
    private final Supplier<Owner> owner;
    private final Consumer<String> violated;
    private final Set<SimulatedGuest> running = new HashSet<>();
    private final Map<Long, Long> acknowledged = new TreeMap<>();
    private boolean mayRun = true;
    private int boots;

    Witness(Supplier<Owner> owner, Consumer<String> violated) {
        this.owner = owner;
        this.violated = violated;
    }

    /** From now on a guest may run, or none may because nobody wants it to. */
    void mayRun(boolean now) {
        mayRun = now;
    }

    void runs(SimulatedGuest guest) {
        if (!mayRun) {
            violated.accept("the VM runs on %s, and rests as its user knows".formatted(guest.host()));
        }
        running.add(guest);
        if (running.size() > 1) {
            violated.accept("the VM runs at %d places at once".formatted(running.size()));
        }
        requireOwner(guest.host(), "runs");
    }

    void booted() {
        boots++;
    }

    /** How often a guest was booted from its disk. */
    int boots() {
        return boots;
    }

    void stands(SimulatedGuest guest) {
        running.remove(guest);
    }

    void acknowledged(SimulatedGuest guest, long block, long number) {
        requireOwner(guest.host(), "has written to its disk");
        acknowledged.put(block, number);
    }

    private void requireOwner(HostId host, String what) {
        Owner now = owner.get();
        if (!now.host().equals(host)) {
            violated.accept(
                    "the VM %s on %s, but %s owns it at epoch %d".formatted(what, host, now.host(), now.epoch()));
        }
    }

    void violated(String sentence) {
        violated.accept(sentence);
    }

    /** The number last written to each block, as far as the disk has answered. */
    Map<Long, Long> acknowledged() {
        return acknowledged;
    }
}
