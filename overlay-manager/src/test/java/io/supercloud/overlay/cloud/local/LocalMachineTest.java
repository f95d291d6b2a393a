package io.supercloud.overlay.cloud.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.InvalidValueException;
import io.supercloud.overlay.cloud.Cloud;
import io.supercloud.overlay.cloud.Lab;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LocalMachineTest {
    @TempDir
    Path directory;

    @Test
    void anImageIsReadAsItIsWritten() {
        MachineImage image = new MachineImage(Path.of("/images/a:b.qcow2"), "kvm");
        assertThat(MachineImage.parse(image.format())).isEqualTo(image);
        assertThatThrownBy(() -> MachineImage.parse("/images/host.qcow2")).isInstanceOf(InvalidValueException.class);
        assertThatThrownBy(() -> MachineImage.parse("hax:/images/host.qcow2"))
                .isInstanceOf(InvalidValueException.class);
    }

    @Test
    void aMachineWithoutItsImageIsRefusedWithTheWayOutAndLeavesNothing() throws Exception {
        MachineImage none = new MachineImage(directory.resolve("none.qcow2"), "tcg");
        aMachineThatCannotRunLeavesNothing(none, "build it with 'make images'");
    }

    @Test
    void aMachineWhoseImageIsNoneEndsWithItsReasonAndLeavesNothing() throws Exception {
        Path disk = Files.writeString(directory.resolve("disk.qcow2"), "this is no disk");
        aMachineThatCannotRunLeavesNothing(new MachineImage(disk, "tcg"), "disk.qcow2");
    }

    private void aMachineThatCannotRunLeavesNothing(MachineImage image, String reason) throws Exception {
        Lab lab = new Lab(directory.resolve("lab"));
        LocalAccount account = new LocalAccount(
                "machines", directory.resolve("account"), List.of(new LocalZone("north-a", 1, 1)), Optional.of(image));
        try (Cloud cloud = LocalClouds.open(account)) {
            assertThatThrownBy(() -> cloud.launch(lab.request("alpha", "north-a")))
                    .hasStackTraceContaining(reason);
            assertThat(cloud.list(lab.deployment)).isEmpty();
            assertThat(directory.resolve("account/instances")).isEmptyDirectory();
        } finally {
            lab.close();
        }
    }
}
