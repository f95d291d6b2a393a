package io.supercloud.migration;

import io.supercloud.core.ImageId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.VmId;

/**
 * What a VM is, wherever it runs. Machine and CPU are fixed when it first runs, so that every host it may come to presents
 * the same hardware.
 *
 * @param memoryMiB guest memory
 * @param diskBytes size of its volume, a multiple of 4096 and at least the image's
 * @param machine a versioned QEMU machine type
 * @param cpuModel a named QEMU CPU model
 */
public record VmSpec(
        VmId id,
        ImageId image,
        int memoryMiB,
        int vcpus,
        long diskBytes,
        String network,
        Ipv4 address,
        MacAddress mac,
        String machine,
        String cpuModel) {
    public static final int MIN_MEMORY_MIB = 32;
    public static final int MAX_MEMORY_MIB = 1 << 20;
    public static final int MAX_VCPUS = 64;

    public VmSpec {
        if (memoryMiB < MIN_MEMORY_MIB || memoryMiB > MAX_MEMORY_MIB) {
            throw new InvalidValueException("VM %s cannot have %d MiB of memory: give %d to %d"
                    .formatted(id, memoryMiB, MIN_MEMORY_MIB, MAX_MEMORY_MIB));
        }
        if (vcpus < 1 || vcpus > MAX_VCPUS) {
            throw new InvalidValueException("VM %s cannot have %d CPUs: give 1 to %d".formatted(id, vcpus, MAX_VCPUS));
        }
        requireWord("machine type", machine);
        requireWord("CPU model", cpuModel);
    }

    /** These travel to a hypervisor's command line, where a comma would begin another option. */
    private static void requireWord(String kind, String value) {
        if (!value.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new InvalidValueException("'%s' is not a %s".formatted(value, kind));
        }
    }
}
