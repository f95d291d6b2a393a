package io.supercloud.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that the real qemu-img reads and writes. */
@Timeout(120)
class ImageFilesTest {
    private static final int MIB = 1 << 20;
    private static final int SIZE = 40 * MIB;
    private static final ImageId IMAGE = new ImageId("debian");
    private static final ImageId AGAIN = new ImageId("again");

    @TempDir
    Path folder;

    private final byte[] content = new byte[SIZE];
    private Path raw;
    private ImageStore store;

    @BeforeEach
    void importRaw() throws IOException {
        System.arraycopy(Rig.bytes(3 * MIB + 700, 1), 0, content, 0, 3 * MIB + 700);
        System.arraycopy(Rig.bytes(2 * MIB, 2), 0, content, 30 * MIB + 5_000, 2 * MIB);
        raw = Files.write(folder.resolve("disk.raw"), content);
        store = new ImageStore(folder.resolve("objects"));
        ImageFiles.importFile(store, IMAGE, raw, ImageFormat.RAW, (done, total) -> {});
    }

    @ParameterizedTest
    @EnumSource(ImageFormat.class)
    void anImageGoesOutAndInAgainAsItWasAndSparse(ImageFormat format) throws Exception {
        Path file = folder.resolve("exported." + format.word());
        List<Long> steps = new ArrayList<>();
        ImageFiles.exportFile(store, IMAGE, file, format, (done, total) -> steps.add(done));

        assertThat(steps).isSorted().last().isEqualTo((long) SIZE);
        assertThat(said("qemu-img", "compare", "-f", "raw", "-F", format.word(), raw.toString(), file.toString()))
                .contains("Images are identical");
        long allocated =
                Long.parseLong(said("stat", "--format=%b", file.toString()).strip()) * 512;
        assertThat(allocated).isLessThan(SIZE / 2);

        List<Path> chunks = chunkFiles();
        steps.clear();
        ImageInfo again = ImageFiles.importFile(store, AGAIN, file, format, (done, total) -> steps.add(done));
        assertThat(steps).isSorted().last().isEqualTo((long) SIZE);
        assertThat(again.sizeBytes()).isEqualTo(SIZE);
        assertThat(again.storedBytes())
                .isEqualTo(store.find(IMAGE).orElseThrow().storedBytes());
        assertThat(chunkFiles()).isEqualTo(chunks);
    }

    @Test
    void aFileThatRefersToOthersIsRefused() throws Exception {
        Path secret = Files.write(folder.resolve("secret"), Rig.bytes(MIB, 9));
        Path file = folder.resolve("trojan.qcow2");
        said("qemu-img", "create", "-f", "qcow2", "-b", secret.toString(), "-F", "raw", file.toString());
        assertThatThrownBy(() -> ImageFiles.importFile(store, AGAIN, file, ImageFormat.QCOW2, (done, total) -> {}))
                .hasMessageContaining("refers to")
                .hasMessageContaining("secret");
        Path data = folder.resolve("data.qcow2");
        said(
                "qemu-img",
                "create",
                "-f",
                "qcow2",
                "-o",
                "data_file=" + folder.resolve("elsewhere") + ",data_file_raw=on",
                data.toString(),
                "1M");
        assertThatThrownBy(() -> ImageFiles.importFile(store, AGAIN, data, ImageFormat.QCOW2, (done, total) -> {}))
                .hasMessageContaining("elsewhere");
        Path flat = folder.resolve("flat.vmdk");
        said("qemu-img", "create", "-f", "vmdk", "-o", "subformat=monolithicFlat", flat.toString(), "1M");
        assertThatThrownBy(() -> ImageFiles.importFile(store, AGAIN, flat, ImageFormat.VMDK, (done, total) -> {}))
                .hasMessageContaining("flat-flat.vmdk");
        assertThat(store.find(AGAIN)).isEmpty();
    }

    @Test
    void aFileOfAnotherFormatOrADamagedOneIsRefusedInQemusWords() throws IOException {
        assertThatThrownBy(() -> ImageFiles.importFile(store, AGAIN, raw, ImageFormat.QCOW2, (done, total) -> {}))
                .isInstanceOf(ImageStoreException.class)
                .hasMessageContaining("not in qcow2 format");
        Path file = folder.resolve("cut.qcow2");
        ImageFiles.exportFile(store, IMAGE, file, ImageFormat.QCOW2, (done, total) -> {});
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), 4 * MIB));
        assertThatThrownBy(() -> ImageFiles.importFile(store, AGAIN, file, ImageFormat.QCOW2, (done, total) -> {}))
                .isInstanceOf(ImageStoreException.class);
        assertThat(store.find(AGAIN)).isEmpty();
        assertThatThrownBy(() -> ImageFiles.exportFile(store, IMAGE, file, ImageFormat.RAW, (done, total) -> {}))
                .hasMessageContaining("exists");
    }

    @Test
    void anImageOfAnotherStoreIsTakenOver() {
        ImageStore other = new ImageStore(folder.resolve("other-objects"));
        List<Long> steps = new ArrayList<>();
        ImageInfo taken = other.importFrom(store, IMAGE, (done, total) -> steps.add(done));
        assertThat(taken).isEqualTo(store.find(IMAGE).orElseThrow());
        assertThat(steps).isSorted().last().isEqualTo((long) SIZE);
        assertThat(Rig.readAll(other.device(IMAGE))).isEqualTo(content);
    }

    @Test
    void chunksThatAreWrittenOutOfOrderAndAnewAreAsWrittenLast() {
        byte[] expected = new byte[SIZE];
        byte[] first = Rig.bytes(200 * MIB / 100, 3);
        ImageInfo image = store.importFrom(AGAIN, SIZE * 3L, device -> {
            for (int chunk = 119; chunk >= 0; chunk--) {
                Rig.write(device, (long) chunk * MIB, new byte[] {(byte) chunk});
            }
            Rig.write(device, 0, first);
            device.zero(MIB / 2, 3L * MIB, false);
        });
        System.arraycopy(first, 0, expected, 0, first.length);
        for (int chunk = 2; chunk < 40; chunk++) {
            expected[chunk * MIB] = (byte) chunk;
        }
        Arrays.fill(expected, MIB / 2, MIB / 2 + 3 * MIB, (byte) 0);
        assertThat(Rig.read(store.device(AGAIN), 0, SIZE)).isEqualTo(expected);
        assertThat(image.chunks()).isEqualTo(120);
    }

    private List<Path> chunkFiles() throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("objects/chunks"))) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private String said(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .directory(folder.toFile())
                .start();
        String text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text;
    }
}
