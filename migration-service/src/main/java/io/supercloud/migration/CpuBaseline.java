package io.supercloud.migration;

import java.util.Collection;
import java.util.List;

/** Picks the CPU that a VM presents to its guest, wherever it will run: the best model that all hosts have. Pure. */
public final class CpuBaseline {
    /** QEMU's names (its docs/system/i386/cpu), best first; makers are mixed, since hosts of both have few in common. */
    private static final List<String> BEST_FIRST = List.of(
            "SapphireRapids",
            "EPYC-Genoa",
            "Icelake-Server-noTSX",
            "EPYC-Milan",
            "Cascadelake-Server-noTSX",
            "EPYC-Rome",
            "Skylake-Server-noTSX-IBRS",
            "EPYC",
            "Broadwell-noTSX",
            "Haswell-noTSX",
            "IvyBridge",
            "SandyBridge",
            "Opteron_G5",
            "Westmere",
            "Nehalem",
            "Opteron_G3",
            "Penryn",
            "Conroe",
            "kvm64",
            "qemu64");

    private CpuBaseline() {}

    /** @param hosts the models of each host that the VM may come to */
    public static String of(Collection<List<String>> hosts) {
        return BEST_FIRST.stream()
                .filter(model -> hosts.stream().allMatch(models -> models.contains(model)))
                .findFirst()
                .orElseThrow(
                        () -> new MigrationException(
                                "the hosts have no CPU model in common; a VM that ran on one could not be moved to the others"));
    }
}
