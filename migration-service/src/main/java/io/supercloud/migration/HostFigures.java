package io.supercloud.migration;

import io.supercloud.core.VmId;
import io.supercloud.image.AtRisk;
import java.util.List;

/** What {@link HostCall.ReadFigures} is answered with. */
public record HostFigures(List<VmFigures> vms) {
    /**
     * @param role what the VM is to this host: {@code owning}, {@code arriving} or {@code left}
     * @param process whether its process is there
     * @param missingBlocks of its disk, that are still at the host it came from
     * @param fetchedBytes of its disk, from other hosts, since the disk was opened
     * @param atRisk what the loss of this host would lose of its disk
     */
    public record VmFigures(
            VmId vm, String role, boolean process, long missingBlocks, long fetchedBytes, AtRisk atRisk) {}
}
