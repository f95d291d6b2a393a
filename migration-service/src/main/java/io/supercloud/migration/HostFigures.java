package io.supercloud.migration;

import io.supercloud.core.VmId;
import java.util.List;

/** What {@link HostCall.ReadFigures} is answered with. */
public record HostFigures(List<VmFigures> vms) {
    /**
     * @param role what the VM is to this host: {@code owning}, {@code arriving} or {@code left}
     * @param process whether its process is there
     * @param missingBlocks of its disk, that are still at the host it came from
     * @param fetchedBytes of its disk, from other hosts, since the disk was opened
     */
    public record VmFigures(VmId vm, String role, boolean process, long missingBlocks, long fetchedBytes) {}
}
