package io.supercloud.migration.agent;

import io.supercloud.core.Ipv4;
import io.supercloud.image.AtRisk;
import io.supercloud.image.Volume;
import io.supercloud.migration.ConsoleText;
import io.supercloud.migration.HostActivity;
import io.supercloud.migration.HostActivity.VmActivity;
import io.supercloud.migration.HostCall.GuestKinds;
import io.supercloud.migration.HostCall.HostFacts;
import io.supercloud.migration.HostCall.HostPlace;
import io.supercloud.migration.HostCall.VmList;
import io.supercloud.migration.HostCall.VmLoad;
import io.supercloud.migration.HostCall.VmStatus;
import io.supercloud.migration.HostFigures;
import io.supercloud.migration.HostFigures.VmFigures;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.StreamKinds;
import io.supercloud.migration.hypervisor.Hypervisor;
import io.supercloud.migration.hypervisor.VirtualMachine;
import io.supercloud.overlay.sdn.Network;
import io.supercloud.overlay.sdn.PortId;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What the host's kernel says of itself, and bounded reads of its files. */
final class HostResources {
    private static final int MAX_CONSOLE_BYTES = 64 << 10;

    private HostResources() {}

    /** What a move of the VM would have to take along; of one without a process that is in the pool. */
    static VmLoad measure(HostContext host, HostedVm vm) {
        if (!vm.running()) {
            return new VmLoad(
                    liveBytes(host, VmVolumes.memory(vm.id())), 0, liveBytes(host, VmVolumes.disk(vm.id())), 1);
        }
        VirtualMachine.MemoryLoad memory = vm.machine().measureMemory();
        return new VmLoad(
                Math.min(memory.touchedBytes(), (long) vm.spec().memoryMiB() << 20),
                memory.dirtyBytesPerSecond(),
                Math.min(vm.volume().stats().liveBytes(), vm.spec().diskBytes()),
                memory.sentShare());
    }

    private static long liveBytes(HostContext host, String volume) {
        return host.volumes()
                .find(volume)
                .map(known -> Math.min(known.stats().liveBytes(), known.sizeBytes()))
                .orElse(0L);
    }

    static VmList list(Collection<HostedVm> vms) {
        return new VmList(vms.stream().map(HostResources::status).toList());
    }

    /** Waits for no lock and no hypervisor: a VM that is on its way, or hangs, is told of as well. */
    static HostFigures figures(Collection<HostedVm> vms) {
        return new HostFigures(vms.stream().map(HostResources::figures).toList());
    }

    private static VmFigures figures(HostedVm vm) {
        Optional<Volume> disk = vm.openVolume();
        return new VmFigures(
                vm.id(),
                vm.role().word(),
                vm.running(),
                disk.map(Volume::missingBlocks).orElse(0L),
                disk.map(Volume::bytesFetched).orElse(0L),
                atRisk(vm));
    }

    /** Of the VMs that run here as this host's. */
    static HostActivity activity(HostContext host, Collection<HostedVm> vms) {
        Map<PortId, Long> frames = host.network().frames();
        return new HostActivity(vms.stream()
                .filter(vm -> vm.role() instanceof Role.Owning && vm.running())
                .map(vm -> new VmActivity(
                        vm.id(),
                        frames.getOrDefault(vm.port(), 0L),
                        vm.machine().cpuTime().toMillis()))
                .toList());
    }

    private static VmStatus status(HostedVm vm) {
        String process = vm.running() ? vm.machine().runState().name().toLowerCase(Locale.ROOT) : "stopped";
        return vm.role()
                .status(
                        vm.id(),
                        process,
                        vm.openVolume().map(Volume::missingBlocks).orElse(0L),
                        atRisk(vm));
    }

    private static AtRisk atRisk(HostedVm vm) {
        return vm.openVolume().map(Volume::atRisk).orElse(AtRisk.NOTHING);
    }

    /** Nothing happens where there is no such file. */
    static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new MigrationException("the file %s cannot be removed".formatted(file), e);
        }
    }

    /** The host as it is now. */
    static HostFacts describe(HostContext host) {
        Hypervisor.Facts facts = host.hypervisor().facts();
        return new HostFacts(
                host.me(),
                facts.name(),
                facts.majorVersion(),
                facts.accelerator().name(),
                facts.machine(),
                new GuestKinds(facts.machines(), facts.cpuModels()),
                new StreamKinds(
                        Runtime.getRuntime().availableProcessors(), facts.channels(), facts.compressedStreams()),
                place(host),
                freeMemoryMiB(),
                freeDiskBytes(host.directory()),
                host.network().connected(),
                host.network().problems());
    }

    private static HostPlace place(HostContext host) {
        int overlay = host.topology().current().networks().stream()
                .mapToInt(Network::mtu)
                .max()
                .orElse(0);
        return new HostPlace(
                mtu(host.underlay()),
                overlay,
                host.clock().millis(),
                host.hypervisor().trustedUntil().map(Instant::toEpochMilli).orElse(0L));
    }

    private static int mtu(Ipv4 underlay) {
        try {
            NetworkInterface device = NetworkInterface.getByInetAddress(InetAddress.getByName(underlay.toString()));
            return device == null ? 0 : device.getMTU();
        } catch (IOException e) {
            throw new MigrationException("the device of %s is not known".formatted(underlay), e);
        }
    }

    static long freeMemoryMiB() {
        try {
            return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                    .filter(line -> line.startsWith("MemAvailable:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                    .findFirst()
                    .orElseThrow(() -> new MigrationException("/proc/meminfo names no MemAvailable"));
        } catch (IOException e) {
            throw new MigrationException("/proc/meminfo cannot be read", e);
        }
    }

    static long freeDiskBytes(Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw new MigrationException("the free space of %s is not known".formatted(directory), e);
        }
    }

    /** The bytes of a log from {@code offset}, or, for a negative one, its last {@code -offset} bytes. */
    static ConsoleText tail(Path log, long offset) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long begin = offset >= 0 ? Math.min(offset, file.length()) : Math.max(0, file.length() + offset);
            byte[] text = new byte[(int) Math.min(MAX_CONSOLE_BYTES, file.length() - begin)];
            file.seek(begin);
            file.readFully(text);
            return new ConsoleText(begin, text);
        } catch (IOException e) {
            throw new MigrationException("the console log %s cannot be read".formatted(log), e);
        }
    }
}
