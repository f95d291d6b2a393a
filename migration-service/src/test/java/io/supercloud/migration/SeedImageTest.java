package io.supercloud.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.ImageId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.VmId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The image as the mtools, which are not of this project, read it. */
class SeedImageTest {
    @TempDir
    Path folder;

    private static VmSpec spec(String userData) {
        Ipv4 address = Ipv4.parse("10.42.0.9");
        return new VmSpec(
                new VmId("web"),
                new ImageId("guest"),
                128,
                1,
                1 << 20,
                "blue",
                address,
                MacAddress.of(address),
                "pc",
                "qemu64",
                userData);
    }

    private String read(VmSpec spec, String... command) throws IOException, InterruptedException {
        Path image = Files.write(folder.resolve("seed.img"), SeedImage.of(spec));
        for (int i = 0; i < command.length; i++) {
            command[i] = command[i].replace("IMAGE", image.toString());
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    @Test
    void othersReadTheFilesAndTheLabel() throws Exception {
        VmSpec spec = spec("#cloud-config\nhostname: wéb\n");
        assertThat(read(spec, "mtype", "-i", "IMAGE", "::user-data")).isEqualTo("#cloud-config\nhostname: wéb\n");
        assertThat(read(spec, "mtype", "-i", "IMAGE", "::meta-data")).contains("instance-id: web\n");
        assertThat(read(spec, "mdir", "-i", "IMAGE", "::")).contains("CIDATA").contains("2 files");
    }

    @Test
    void theLongestUserDataIsWholeAndSoundToACheckOfTheFileSystem() throws Exception {
        String longest =
                "#" + "0123456789abcdef".repeat(VmSpec.MAX_USER_DATA_BYTES / 16).substring(1);
        assertThat(read(spec(longest), "mtype", "-i", "IMAGE", "::user-data")).isEqualTo(longest);
        assertThat(read(spec(longest), "/sbin/fsck.vfat", "-n", "IMAGE")).contains("33/252 clusters");
        assertThatThrownBy(() -> spec(longest + "x"))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("16384");
    }

    @Test
    void everyHostMakesTheSameBytes() {
        assertThat(SeedImage.of(spec("#cloud-config\n")))
                .isEqualTo(SeedImage.of(spec("#cloud-config\n")))
                .hasSize(SeedImage.BYTES);
        assertThatThrownBy(() -> SeedImage.of(spec(""))).hasMessageContaining("no user data");
    }
}
