package io.supercloud.migration.hypervisor.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.ImageId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.VmId;
import io.supercloud.migration.VmSpec;
import io.supercloud.migration.hypervisor.Accelerator;
import io.supercloud.migration.hypervisor.Hypervisor.Devices;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class QemuCommandLineTest {
    private static final Path DIRECTORY = Path.of("/run/vms");
    private static final Devices DEVICES = new Devices(Path.of("/run/vms/web/disk.sock"), "web", "tap0");

    private static VmSpec spec(String machine, String cpu) {
        Ipv4 address = Ipv4.parse("10.42.0.5");
        return new VmSpec(
                new VmId("web"),
                new ImageId("small"),
                256,
                2,
                1 << 20,
                "blue",
                address,
                MacAddress.of(address),
                machine,
                cpu);
    }

    private static List<String> line(Path directory, Devices devices, boolean incoming) {
        VmSpec spec = spec("pc-i440fx-10.0", "qemu64");
        return QemuCommandLine.of("qemu", spec, Accelerator.TCG, devices, VmFiles.of(directory, spec.id()), incoming);
    }

    private static String option(List<String> line, String name) {
        return line.get(line.indexOf(name) + 1);
    }

    @Test
    void aVmStartsStoppedAndWithItsOwnHardware() {
        List<String> line = line(DIRECTORY, DEVICES, false);

        assertThat(line).contains("-S", "-nodefaults", "-no-user-config");
        assertThat(option(line, "-machine")).startsWith("pc-i440fx-10.0,");
        assertThat(option(line, "-cpu")).isEqualTo("qemu64");
        assertThat(option(line, "-m")).isEqualTo("256M");
        assertThat(option(line, "-smp")).isEqualTo("2");
        assertThat(line).doesNotContain("-incoming");
    }

    @Test
    void onlyTheTargetOfAMoveWaitsForAStream() {
        assertThat(option(line(DIRECTORY, DEVICES, true), "-incoming")).isEqualTo("defer");
    }

    @Test
    void aDiskErrorStopsTheGuestAndIsNotTold() {
        assertThat(line(DIRECTORY, DEVICES, false))
                .anyMatch(argument -> argument.startsWith("virtio-blk-pci,")
                        && argument.contains("werror=stop")
                        && argument.contains("rerror=stop"));
    }

    @Test
    void sourceAndTargetDifferInTheHostsEndsOnly() {
        List<String> here = line(DIRECTORY, DEVICES, false);
        List<String> there = line(Path.of("/other"), new Devices(Path.of("/other/disk.sock"), "web", "tap9"), false);
        for (int i = 0; i < here.size(); i++) {
            String same = there.get(i).replace("/other/disk.sock", "/run/vms/web/disk.sock");
            assertThat(same.replace("/other", "/run/vms").replace("tap9", "tap0"))
                    .isEqualTo(here.get(i));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"pc,accel=kvm", "", "a b", "pc\n", "x;y", "pc\0"})
    void aMachineOrCpuThatWouldBeAnotherOptionIsRefused(String odd) {
        assertThatThrownBy(() -> spec(odd, "qemu64")).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> spec("pc", odd)).isInstanceOf(InvalidValueException.class);
    }

    @Test
    void aFolderWithACommaDoesNotBecomeAnOption() {
        List<String> line =
                line(Path.of("/run/a,server=off"), new Devices(Path.of("/run/b,x=y/disk.sock"), "web", "tap0"), false);

        assertThat(line).anyMatch(argument -> argument.contains(",path=/run/a,,server=off/web/monitor.sock,server=on"));
        assertThat(line).anyMatch(argument -> argument.contains("server.path=/run/b,,x=y/disk.sock,export=web,"));
        assertThat(line)
                .filteredOn(argument -> !argument.startsWith("/run/"))
                .noneMatch(argument -> argument.replace(",,", "").contains(",server=off"));
    }
}
