package io.supercloud.benchmarks;

import io.supercloud.app.agent.AcceleratorFile;
import io.supercloud.app.manager.ConfiguredLinks;
import io.supercloud.core.ImageId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.VmId;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.Accelerator;
import io.supercloud.migration.hypervisor.AcceleratorProbe;
import io.supercloud.migration.hypervisor.internal.QemuProcesses;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The peer: QEMU by itself, on bridges, migrated by QMP. Where the disk has to follow, as libvirt lets it follow. */
final class BareSide implements MovingSide {
    static final int MEMORY_MIB = 256;

    /** As ours has it. */
    private static final int DOWNTIME_LIMIT_MILLIS = 50;

    private static final String CPU_MODEL = "Nehalem";
    private static final String QEMU = "qemu-system-x86_64";
    private static final long BITS_PER_MEGABIT = 1_000_000;
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(60);
    private static final Duration MOVE_LIMIT = Duration.ofMinutes(3);
    private static final String STREAM_PORT = "4444";
    private static final String DISK_PORT = "4445";

    private final MovePart part;
    private final Path installation;
    private final Path image;
    private final Path folder;
    private final Path sockets;
    private VmSpec spec;
    private Accelerator accelerator;
    private BareQemu guest;
    private Probe probe;
    private Path disk;
    private int place;
    private int started;

    /**
     * @param image a raw disk, copied
     * @param folder for the disk; must not be there yet
     * @param sockets an empty folder with a short path
     */
    BareSide(MovePart part, Path installation, Path image, Path folder, Path sockets) {
        this.part = part;
        this.installation = installation;
        this.image = image;
        this.folder = folder;
        this.sockets = sockets;
    }

    @Override
    public void begin() {
        try {
            Files.createDirectories(folder);
            accelerator =
                    AcceleratorFile.load(installation, installation.resolve("probe"), QEMU, AcceleratorProbe.LIMIT);
            String machine = new QemuProcesses(QEMU, sockets, accelerator, Optional.empty())
                    .facts()
                    .machine();
            Ipv4 address = Ipv4.parse(BareNetwork.GUEST_ADDRESS);
            spec = new VmSpec(
                    new VmId("bare"),
                    new ImageId("guest"),
                    MEMORY_MIB,
                    1,
                    Files.size(image),
                    "bare",
                    address,
                    MacAddress.of(address),
                    machine,
                    CPU_MODEL);
            disk = folder.resolve("disk-0.raw");
            Folders.copySparse(image, disk);
            BareNetwork.create(part, folder);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        guest = start(disk, BareQemu.Start.BOOT);
        Waiting.until(BOOT_LIMIT, "the peer's guest is up", () -> guest.printed("SUPERCLOUD-GUEST-READY"));
        probe = new Probe(installation, BareNetwork.CLIENT, BareNetwork.GUEST_ADDRESS, folder.resolve("client.log"));
    }

    private BareQemu start(Path itsDisk, BareQemu.Start start) {
        return new BareQemu(
                spec,
                accelerator,
                BareNetwork.PLACES.get(place),
                itsDisk,
                sockets.resolve(Integer.toString(started++)),
                start);
    }

    @Override
    public String ask(String command) {
        return probe.ask(command);
    }

    @Override
    public void fresh() {
        // Its mirror copies the whole disk to an empty one each time: every move is a first one.
    }

    @Override
    public MoveSample move() {
        place = 1 - place;
        probe.begin();
        long wireBefore = BareNetwork.wireBytes();
        Instant begun = Instant.now();
        BareQemu source = guest;
        Optional<Path> target = part.disk() ? Optional.of(emptyDisk()) : Optional.empty();
        guest = start(target.orElse(disk), part.disk() ? BareQemu.Start.ARRIVE_PAUSED : BareQemu.Start.ARRIVE);
        target.ifPresent(ignored -> mirror(source));
        stream(source);
        if (part.disk()) {
            handDiskOver(source);
        }
        Instant resumed = guest.monitor()
                .await(
                        MOVE_LIMIT,
                        "the peer's target runs",
                        event -> event.name().equals("RESUME"))
                .at();
        source.monitor().await(MOVE_LIMIT, "the peer's stream has ended", event -> phase(event, "completed"));
        Instant stopped = source.monitor()
                .await(
                        MOVE_LIMIT,
                        "the peer's source has stopped",
                        event -> event.name().equals("STOP"))
                .at();
        source.close();
        double downtimeMillis = probe.end();
        long wire = BareNetwork.wireBytes() - wireBefore;
        target.ifPresent(this::replaceDisk);
        return new MoveSample(
                downtimeMillis,
                millis(stopped, resumed),
                millis(begun, resumed),
                BareNetwork.mib(wire),
                Optional.empty());
    }

    private void stream(BareQemu source) {
        String uri = "tcp:%s:%s".formatted(BareNetwork.address(place), STREAM_PORT);
        List<Map<String, Object>> events = List.of(Map.of("capability", "events", "state", true));
        List<Map<String, Object>> pausing = part.disk()
                ? List.of(events.getFirst(), Map.of("capability", "pause-before-switchover", "state", true))
                : events;
        guest.monitor().execute("migrate-set-capabilities", Map.of("capabilities", events));
        source.monitor().execute("migrate-set-capabilities", Map.of("capabilities", pausing));
        guest.monitor().execute("migrate-incoming", Map.of("uri", uri));
        source.monitor()
                .execute(
                        "migrate-set-parameters",
                        Map.of(
                                "downtime-limit",
                                DOWNTIME_LIMIT_MILLIS,
                                "max-bandwidth",
                                ConfiguredLinks.streamBytesPerSecond(part.megabitsPerSecond() * BITS_PER_MEGABIT)));
        source.monitor().execute("migrate", Map.of("uri", uri));
    }

    /** The target serves its disk, and the source copies all of its own there, until only new writes are lacking. */
    private void mirror(BareQemu source) {
        Map<String, String> address = Map.of("host", BareNetwork.address(place), "port", DISK_PORT);
        guest.monitor().execute("nbd-server-start", Map.of("addr", Map.of("type", "inet", "data", address)));
        guest.monitor()
                .execute(
                        "block-export-add",
                        Map.of("type", "nbd", "id", "disk", "node-name", "disk0", "writable", true));
        source.monitor()
                .execute(
                        "blockdev-add",
                        Map.of(
                                "driver",
                                "nbd",
                                "node-name",
                                "there",
                                "export",
                                "disk0",
                                "server",
                                Map.of("type", "inet", "host", address.get("host"), "port", DISK_PORT)));
        source.monitor()
                .execute(
                        "blockdev-mirror",
                        Map.of("job-id", "mirror", "device", "disk0", "target", "there", "sync", "full"));
        source.monitor()
                .await(
                        MOVE_LIMIT,
                        "the peer's disk is copied",
                        event -> event.name().equals("BLOCK_JOB_READY"));
    }

    /** With the source's guest stopped: the mirror ends, the last of the memory goes over, the target lets go and runs. */
    private void handDiskOver(BareQemu source) {
        source.monitor()
                .await(MOVE_LIMIT, "the peer's source is about to switch", event -> phase(event, "pre-switchover"));
        source.monitor().execute("block-job-cancel", Map.of("device", "mirror"));
        source.monitor()
                .await(
                        MOVE_LIMIT,
                        "the peer's mirror has ended",
                        event -> event.name().equals("BLOCK_JOB_COMPLETED"));
        source.monitor().execute("migrate-continue", Map.of("state", "pre-switchover"));
        guest.monitor().await(MOVE_LIMIT, "the peer's memory has arrived", event -> phase(event, "completed"));
        guest.monitor().execute("nbd-server-stop", Map.of());
        guest.monitor().execute("cont", Map.of());
    }

    private static boolean phase(Monitor.Event event, String phase) {
        return event.name().equals("MIGRATION")
                && event.data().path("status").asString("").equals(phase);
    }

    private Path emptyDisk() {
        Path file = folder.resolve("disk-%d.raw".formatted(started));
        try (RandomAccessFile raw = new RandomAccessFile(file.toFile(), "rw")) {
            raw.setLength(spec.diskBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private void replaceDisk(Path next) {
        try {
            Files.delete(disk);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        disk = next;
    }

    private static double millis(Instant from, Instant to) {
        return Duration.between(from, to).toNanos() / 1e6;
    }

    @Override
    public void close() {
        if (probe != null) {
            probe.close();
        }
        if (guest != null) {
            guest.close();
        }
        BareNetwork.remove();
    }
}
