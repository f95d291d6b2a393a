package io.supercloud.app.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.supercloud.cluster.CertificateAuthority;
import io.supercloud.cluster.PeerIdentity;
import io.supercloud.cluster.Role;
import io.supercloud.core.HostId;
import io.supercloud.core.ImageId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.VmId;
import io.supercloud.image.InMemoryVolumePool;
import io.supercloud.image.NbdServer;
import io.supercloud.image.Volume;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.Accelerator;
import io.supercloud.migration.hypervisor.Hypervisor;
import io.supercloud.migration.hypervisor.QemuHypervisor;
import io.supercloud.migration.hypervisor.StreamCredentials;
import io.supercloud.migration.hypervisor.StreamShape;
import io.supercloud.migration.hypervisor.VirtualMachine;
import io.supercloud.migration.hypervisor.VirtualMachine.RunState;
import io.supercloud.migration.hypervisor.VirtualMachine.StreamSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Memory streams between real QEMUs, with certificates of a real authority. */
class StreamSecurityTest {
    private static final HostId EAST = new HostId("host-east");
    private static final HostId WEST = new HostId("host-west");
    private static final HostId NORTH = new HostId("host-north");
    private static final ImageId IMAGE = new ImageId("empty");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int DISK_BYTES = 1 << 20;

    @TempDir
    Path directory;

    private final List<VirtualMachine> machines = new ArrayList<>();
    private final List<String> taps = new ArrayList<>();
    private final NbdServer disks = new NbdServer();
    private CertificateAuthority authority;
    private Volume disk;
    private StreamShape shape = StreamShape.SINGLE;

    @BeforeEach
    void start() {
        authority = CertificateAuthority.create(directory.resolve("authority"), "test");
        disk = new InMemoryVolumePool().withImage(IMAGE, new byte[DISK_BYTES]).create("vm", IMAGE, DISK_BYTES, 1);
    }

    @AfterEach
    void stop() throws Exception {
        machines.forEach(VirtualMachine::kill);
        for (String tap : taps) {
            ip("link", "delete", tap);
        }
        disks.close();
    }

    @Test
    void aStreamFromTheReservedHostArrives() {
        VirtualMachine target = machine(WEST, true);
        stream(machine(EAST, false), target.listen(anyPort(), EAST, shape), WEST);
        target.awaitArrival(LIMIT);
        assertThat(target.runState()).isEqualTo(RunState.PAUSED);
    }

    @Test
    void aStreamFromAnotherHostOfTheDeploymentIsRefusedAndTheReservedOneStillArrives() {
        VirtualMachine target = machine(WEST, true);
        InetSocketAddress listening = target.listen(anyPort(), EAST, shape);

        VirtualMachine intruder = machine(NORTH, false);
        assertThatThrownBy(() -> stream(intruder, listening, WEST)).isInstanceOf(MigrationException.class);
        assertThat(target.runState()).isEqualTo(RunState.AWAITING_STREAM);

        stream(machine(EAST, false), listening, WEST);
        target.awaitArrival(LIMIT);
    }

    @Test
    void memoryIsNotSentToAHostThatCannotProveToBeTheTarget() {
        VirtualMachine impostor = machine(NORTH, true);
        InetSocketAddress listening = impostor.listen(anyPort(), EAST, shape);
        VirtualMachine source = machine(EAST, false);
        assertThatThrownBy(() -> stream(source, listening, WEST)).isInstanceOf(MigrationException.class);
        assertThat(source.runState()).isEqualTo(RunState.RUNNING);
        await().dontCatchUncaughtExceptions().atMost(LIMIT).until(() -> !impostor.alive());
    }

    @Test
    void aStrangerWithoutACertificateDoesNotDisturbTheListener() throws IOException {
        VirtualMachine target = machine(WEST, true);
        InetSocketAddress listening = target.listen(anyPort(), EAST, shape);
        try (Socket stranger = new Socket(listening.getAddress(), listening.getPort())) {
            stranger.getOutputStream().write(new byte[DISK_BYTES]);
        } catch (IOException hungUp) {
            assertThat(hungUp).hasMessageMatching("(?i).*(reset|pipe).*");
        }
        stream(machine(EAST, false), listening, WEST);
        target.awaitArrival(LIMIT);
    }

    @Test
    void aCompressedStreamIsUnderTheSameGuardInEachChannel() {
        shape = StreamShape.compressed(1);
        VirtualMachine target = machine(WEST, true);
        InetSocketAddress listening = target.listen(anyPort(), EAST, shape);

        VirtualMachine intruder = machine(NORTH, false);
        assertThatThrownBy(() -> stream(intruder, listening, WEST)).isInstanceOf(MigrationException.class);
        assertThat(target.runState()).isEqualTo(RunState.AWAITING_STREAM);

        stream(machine(EAST, false), listening, WEST);
        target.awaitArrival(LIMIT);
        assertThat(target.runState()).isEqualTo(RunState.PAUSED);
    }

    @Test
    void theEndOfItsCertificatesIsRead() {
        machine(EAST, false);
        StreamCredentials stored =
                new StreamCredentials(directory.resolve(EAST.value()).resolve("streams"), HostId::value);
        assertThat(stored.validUntil())
                .isBetween(
                        Instant.now().plus(Duration.ofHours(23)), Instant.now().plus(Duration.ofHours(25)));
    }

    @Test
    void channelsAreNotOpenedToAHostThatCannotProveToBeTheTarget() {
        shape = StreamShape.compressed(1);
        VirtualMachine impostor = machine(NORTH, true);
        InetSocketAddress listening = impostor.listen(anyPort(), EAST, shape);
        VirtualMachine source = machine(EAST, false);
        assertThatThrownBy(() -> stream(source, listening, WEST)).isInstanceOf(MigrationException.class);
        assertThat(source.runState()).isEqualTo(RunState.RUNNING);
        assertThat(impostor.runState()).isEqualTo(RunState.AWAITING_STREAM);
    }

    private void stream(VirtualMachine source, InetSocketAddress listening, HostId target) {
        source.resume();
        source.beginStream(listening, target, new StreamSettings(500, 0, 1, shape));
        source.awaitSwitchoverPoint(LIMIT, progress -> {});
        source.finishStream(LIMIT);
    }

    private static InetSocketAddress anyPort() {
        return new InetSocketAddress("127.0.0.1", 0);
    }

    private VirtualMachine machine(HostId host, boolean incoming) {
        Path files = directory.resolve(host.value());
        try {
            Files.createDirectories(files);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        authority
                .newIdentity(new PeerIdentity(Role.AGENT, host.value()), Duration.ofDays(1))
                .storeForStreams(files.resolve("streams"));
        Path socket = files.resolve("disk.sock");
        disks.export("vm", socket, disk);
        Hypervisor hypervisor = new QemuHypervisor(
                AgentProcess.QEMU,
                files,
                Accelerator.TCG,
                Optional.of(new StreamCredentials(
                        files.resolve("streams"),
                        peer -> new PeerIdentity(Role.AGENT, peer.value()).distinguishedName())));
        Hypervisor.Devices devices = new Hypervisor.Devices(socket, "vm", tap());
        VirtualMachine machine =
                incoming ? hypervisor.startIncoming(spec(), devices) : hypervisor.start(spec(), devices);
        machines.add(machine);
        return machine;
    }

    private String tap() {
        String name = "scs%d.%d".formatted(ProcessHandle.current().pid() % 10_000_000, taps.size());
        taps.add(name);
        ip("tuntap", "add", "dev", name, "mode", "tap");
        return name;
    }

    private static void ip(String... words) {
        List<String> line = new ArrayList<>(List.of("ip"));
        line.addAll(List.of(words));
        try {
            assertThat(new ProcessBuilder(line).inheritIO().start().waitFor()).isZero();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static VmSpec spec() {
        return new VmSpec(
                new VmId("vm"),
                IMAGE,
                VmSpec.MIN_MEMORY_MIB,
                1,
                DISK_BYTES,
                "tenant",
                Ipv4.parse("10.0.0.1"),
                MacAddress.parse("02:00:00:00:00:01"),
                "pc",
                "qemu64");
    }
}
