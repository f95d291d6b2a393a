package io.supercloud.migration;

import io.supercloud.core.Names;
import java.time.Duration;
import java.util.Optional;

/**
 * A VM as its user wants it. Who runs it is in its owner record.
 *
 * @param spec what the VM is since it was last booted
 * @param name what its user calls it now; {@code spec.id()} stays what it was called first
 * @param atNextBoot what it will be from its next boot on, where that differs
 * @param suspendAfter for how long nobody must have used it to be put to sleep; empty for never
 */
public record VmRecord(
        VmSpec spec, Desired desired, String name, Optional<VmSpec> atNextBoot, Optional<Duration> suspendAfter) {
    public VmRecord {
        Names.require("VM", name);
    }

    /** A VM under its first name. */
    public VmRecord(VmSpec spec, Desired desired) {
        this(spec, desired, spec.id().value(), Optional.empty(), Optional.empty());
    }

    /** What the user wants the VM to do. */
    public enum Desired {
        RUNNING,
        /** Its process is there, with the guest stopped. */
        PAUSED,
        /** No process: its memory is a volume beside its disk. */
        SUSPENDED,
        /** As suspended, until a packet for it comes. */
        ASLEEP,
        STOPPED;

        /** Whether a host keeps a process for it. */
        public boolean hasProcess() {
            return switch (this) {
                case RUNNING, PAUSED -> true;
                case SUSPENDED, ASLEEP, STOPPED -> false;
            };
        }

        /** Whether the block pool keeps its memory. */
        public boolean hasSavedMemory() {
            return this == SUSPENDED || this == ASLEEP;
        }
    }

    public VmRecord wanting(Desired next) {
        return new VmRecord(spec, next, name, atNextBoot, suspendAfter);
    }

    public VmRecord named(String next) {
        return new VmRecord(spec, desired, next, atNextBoot, suspendAfter);
    }

    public VmRecord resized(VmSpec next) {
        return new VmRecord(
                spec, desired, name, next.equals(spec) ? Optional.empty() : Optional.of(next), suspendAfter);
    }

    /** The same VM, put to sleep when nobody has used it for so long. */
    public VmRecord sleepingAfter(Optional<Duration> unused) {
        return new VmRecord(spec, desired, name, atNextBoot, unused);
    }

    /** As it is when it boots now. */
    public VmRecord booting() {
        return new VmRecord(atNextBoot.orElse(spec), Desired.RUNNING, name, Optional.empty(), suspendAfter);
    }

    /** Back to what it was. */
    public VmRecord restored(VmSpec former) {
        return new VmRecord(former, Desired.RUNNING, name, Optional.empty(), suspendAfter);
    }
}
