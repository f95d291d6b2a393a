package io.supercloud.migration;

import io.supercloud.core.VmId;
import java.util.List;

/** What {@link HostCall.ReadActivity} is answered with. */
public record HostActivity(List<VmActivity> vms) {
    /**
     * @param frames that it has sent and received since its flows were made here
     * @param cpuMillis of processor time that its process has used
     */
    public record VmActivity(VmId vm, long frames, long cpuMillis) {}
}
