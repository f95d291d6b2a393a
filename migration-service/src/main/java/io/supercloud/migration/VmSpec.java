package io.supercloud.migration;

import io.supercloud.core.ImageId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.VmId;
import java.nio.charset.StandardCharsets;

/**
 * What a VM is, wherever it runs. Machine and CPU are fixed when it first runs, so that every host it may come to presents
 * the same hardware.
 *
 * @param memoryMiB guest memory
 * @param diskBytes size of its volume, a multiple of 4096 and at least the image's
 * @param machine a versioned QEMU machine type
 * @param cpuModel a named QEMU CPU model
 * @param protection what the loss of its host means to it
 * @param userData what cloud-init in the guest reads when it first boots; empty where it is to find nothing
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
        String cpuModel,
        String userData,
        Protection protection) {
    public static final int MIN_MEMORY_MIB = 32;
    public static final int MAX_MEMORY_MIB = 1 << 20;
    public static final int MAX_VCPUS = 64;
    /** It travels with each move and stands in the registry. */
    public static final int MAX_USER_DATA_BYTES = 16 << 10;

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
        if (userData.getBytes(StandardCharsets.UTF_8).length > MAX_USER_DATA_BYTES) {
            throw new InvalidValueException(
                    "the user data of VM %s is too long: give at most %d bytes, and let these get more"
                            .formatted(id, MAX_USER_DATA_BYTES));
        }
    }

    /** A VM that its host's loss ends. */
    public VmSpec(
            VmId id,
            ImageId image,
            int memoryMiB,
            int vcpus,
            long diskBytes,
            String network,
            Ipv4 address,
            MacAddress mac,
            String machine,
            String cpuModel,
            String userData) {
        this(
                id,
                image,
                memoryMiB,
                vcpus,
                diskBytes,
                network,
                address,
                mac,
                machine,
                cpuModel,
                userData,
                Protection.NONE);
    }

    /** A VM without user data, that its host's loss ends. */
    public VmSpec(
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
        this(id, image, memoryMiB, vcpus, diskBytes, network, address, mac, machine, cpuModel, "");
    }

    /** The same VM with other sizes. */
    public VmSpec resized(int newMemoryMiB, int newVcpus, long newDiskBytes) {
        return new VmSpec(
                id,
                image,
                newMemoryMiB,
                newVcpus,
                newDiskBytes,
                network,
                address,
                mac,
                machine,
                cpuModel,
                userData,
                protection);
    }

    /** Another VM with the same hardware, and with a name and an address of its own. */
    public VmSpec copiedTo(VmId newId, Ipv4 newAddress) {
        return new VmSpec(
                newId,
                image,
                memoryMiB,
                vcpus,
                diskBytes,
                network,
                newAddress,
                MacAddress.of(newAddress),
                machine,
                cpuModel,
                userData,
                protection);
    }

    /** These travel to a hypervisor's command line, where a comma would begin another option. */
    private static void requireWord(String kind, String value) {
        if (!value.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new InvalidValueException("'%s' is not a %s".formatted(value, kind));
        }
    }
}
