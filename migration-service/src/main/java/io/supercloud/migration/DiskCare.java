package io.supercloud.migration;

/** What {@link HostCall.TendDisk} asks for. */
public sealed interface DiskCare {
    /**
     * At a host that the VM is not on: has a copy of the disk follow that of its owner, and answers when it has all that there was, or
     * after so long.
     */
    record StandBy(long limitMillis) implements DiskCare {}

    /** At the VM's host: what is still elsewhere comes no faster than this; 0 pauses it, {@link Long#MAX_VALUE} lets it go. */
    record Pace(long bytesPerSecond) implements DiskCare {}
}
