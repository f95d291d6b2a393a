package io.supercloud.migration.hypervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.supercloud.core.ImageId;
import io.supercloud.image.ImageStore;
import io.supercloud.image.LocalVolumePool;
import io.supercloud.image.NbdServer;
import io.supercloud.image.Volume;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.hypervisor.Hypervisor.Devices;
import io.supercloud.migration.hypervisor.VirtualMachine.Exit;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real QEMU processes under TCG, on disks of a real pool and with real taps. */
class QemuHypervisorTest extends ParallelStreamContract {
    private static final String PROGRAM = "qemu-system-x86_64";
    private static final ImageId IMAGE = new ImageId("guest");
    private static final String SOURCE_TAP =
            "sct%da".formatted(ProcessHandle.current().pid() % 10_000_000);
    private static final String TARGET_TAP =
            "sct%db".formatted(ProcessHandle.current().pid() % 10_000_000);

    @TempDir
    static Path store;

    @TempDir
    Path directory;

    private static ImageStore images;

    private Volume disk;
    private QemuHypervisor source;
    private QemuHypervisor target;
    private LocalVolumePool pool;
    private NbdServer disks;

    @BeforeAll
    static void prepare() throws Exception {
        images = new ImageStore(store);
        images.importRaw(IMAGE, GuestImages.guest(), (done, total) -> {});
        run("ip", "tuntap", "add", "dev", SOURCE_TAP, "mode", "tap");
        run("ip", "tuntap", "add", "dev", TARGET_TAP, "mode", "tap");
    }

    @AfterAll
    static void clean() throws Exception {
        run("ip", "link", "delete", SOURCE_TAP);
        run("ip", "link", "delete", TARGET_TAP);
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
    }

    @BeforeEach
    void start() throws IOException {
        Files.createDirectories(directory.resolve("a"));
        Files.createDirectories(directory.resolve("b"));
        pool = new LocalVolumePool(directory.resolve("pool"), images);
        disks = new NbdServer();
        disk = pool.create(VM.value(), IMAGE, 64 << 20, 1);
        disks.export(VM.value(), sourceDevices().nbdSocket(), disk);
        disks.export(VM.value(), targetDevices().nbdSocket(), disk);
        source = new QemuHypervisor(PROGRAM, directory.resolve("a"), Accelerator.TCG);
        target = new QemuHypervisor(PROGRAM, directory.resolve("b"), Accelerator.TCG);
    }

    @AfterEach
    void stop() {
        disks.close();
        pool.close();
    }

    @Override
    Hypervisor source() {
        return source;
    }

    @Override
    Hypervisor target() {
        return target;
    }

    @Override
    Hypervisor sourceAfterRestart() {
        return new QemuHypervisor(PROGRAM, directory.resolve("a"), Accelerator.TCG);
    }

    @Override
    Volume disk() {
        return disk;
    }

    @Override
    Devices sourceDevices() {
        return new Devices(directory.resolve("a").resolve("disk.sock"), VM.value(), SOURCE_TAP);
    }

    @Override
    Devices targetDevices() {
        return new Devices(directory.resolve("b").resolve("disk.sock"), VM.value(), TARGET_TAP);
    }

    @Test
    void thePowerButtonEndsAGuestThatHasBooted() throws Exception {
        VirtualMachine machine = known(source.start(spec(), sourceDevices()));
        CompletableFuture<Exit> exit = new CompletableFuture<>();
        machine.onExit(exit::complete);
        machine.resume();

        await().dontCatchUncaughtExceptions()
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(Files.readString(machine.consoleLog(), StandardCharsets.ISO_8859_1))
                        .contains("guestd"));
        machine.pressPowerButton();

        assertThat(exit.get(LIMIT.toSeconds(), TimeUnit.SECONDS)).isEqualTo(Exit.GUEST_SHUT_DOWN);
    }

    @Test
    void aVmWhoseDiskNobodyServesDoesNotComeUpAndSaysWhy() {
        Devices broken = new Devices(directory.resolve("nobody.sock"), VM.value(), SOURCE_TAP);

        assertThatThrownBy(() -> source.start(spec(), broken))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("nobody.sock");
        assertThat(source.adopt(VM)).isEmpty();
    }

    @Test
    void theProbeGuestBootsUnderTcg() {
        Path probe = GuestImages.probe();

        assertThat(AcceleratorProbe.boots(
                        PROGRAM,
                        Accelerator.TCG,
                        probe.resolve("vmlinuz"),
                        probe.resolve("initrd"),
                        Duration.ofSeconds(60)))
                .isTrue();
        assertThat(AcceleratorProbe.boots(
                        PROGRAM,
                        Accelerator.TCG,
                        probe.resolve("initrd"),
                        probe.resolve("initrd"),
                        Duration.ofSeconds(60)))
                .isFalse();
    }

    @Test
    void aProgramThatIsNoQemuIsRefusedByName() {
        assertThatThrownBy(() -> new QemuHypervisor("/bin/true", directory, Accelerator.TCG))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("/bin/true");
        assertThatThrownBy(() -> new QemuHypervisor("/no/such/qemu", directory, Accelerator.TCG))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("/no/such/qemu");
    }
}
