package io.supercloud.migration;

/** A VM as its user wants it. Who runs it is in its owner record. */
public record VmRecord(VmSpec spec, Desired desired) {
    /** What the user wants the VM to do. */
    public enum Desired {
        RUNNING,
        STOPPED
    }

    public VmRecord wanting(Desired next) {
        return new VmRecord(spec, next);
    }
}
