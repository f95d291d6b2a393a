package io.supercloud.stubs;

import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.StubRecord;
import java.util.Comparator;
import java.util.List;

/** Decides what follows when a VM touches a stub away from its resource. */
public final class StubDecider {
    private StubDecider() {}

    /** What is to be done, and why, in words. */
    public sealed interface Verdict {
        String reason();

        record Move(HostId target, String reason) implements Verdict {}

        record Stay(String reason) implements Verdict {}
    }

    /**
     * @param current the host that the VM runs on
     * @param hosts all hosts that are alive
     * @param moving whether a move of the VM is under way
     */
    public static Verdict decide(VmId vm, StubRecord stub, HostId current, List<HostRecord> hosts, boolean moving) {
        if (moving) {
            return new Verdict.Stay("VM %s is being moved already".formatted(vm));
        }
        List<HostRecord> candidates = hosts.stream()
                .filter(host -> host.site().equals(stub.site()))
                .sorted(Comparator.comparing(host -> host.host().value()))
                .toList();
        if (candidates.stream().anyMatch(host -> host.host().equals(current))) {
            return new Verdict.Stay("VM %s is at %s already".formatted(vm, stub.site()));
        }
        if (candidates.isEmpty()) {
            return new Verdict.Stay("no host is alive at %s, where %s is".formatted(stub.site(), stub.name()));
        }
        return new Verdict.Move(
                candidates.getFirst().host(),
                "VM %s wants %s, which is bound to %s".formatted(vm, stub.name(), stub.site()));
    }
}
