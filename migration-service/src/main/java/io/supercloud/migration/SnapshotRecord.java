package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.Names;
import java.time.Instant;

/**
 * A snapshot of a VM, as the registry knows it; what has no record is no snapshot.
 *
 * @param name unique among the snapshots of the VM
 * @param host whose pool has it
 * @param spec what the VM was at that instant
 * @param epoch the owner's, at that instant
 * @param memoryBytes 0 where the VM did not run: it is restored by booting
 * @param stoppedMillis for how long the guest stood still for it
 */
public record SnapshotRecord(
        String name, HostId host, VmSpec spec, long epoch, long memoryBytes, double stoppedMillis, Instant taken) {
    public SnapshotRecord {
        Names.require("snapshot", name);
    }
}
