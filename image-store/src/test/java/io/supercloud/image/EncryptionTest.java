package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.InvalidValueException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Volumes over an image with a key. Two hosts share a folder with their keys, so that a test can take a host's away. */
@Timeout(60)
class EncryptionTest {
    private static final long SIZE = 4L * 1024 * 1024;
    private static final byte[] MARK = "what nobody else may read".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    Path folder;

    private Path key;
    private LocalVolumePool here;
    private LocalVolumePool there;

    @BeforeEach
    void open() throws IOException {
        key = Files.writeString(folder.resolve("key"), "a secret of some length\n");
        here = pool("here");
        there = pool("there");
    }

    private LocalVolumePool pool(String host) throws IOException {
        Path place = Files.createDirectories(folder.resolve(host));
        ImageStore images = Rig.store(place, Rig.image());
        images.setKey(IMAGE, new KeyReference("file:" + key));
        return new LocalVolumePool(place.resolve("volumes"), images, 50, Optional.empty());
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private static byte[] marked(int blocks) {
        byte[] content = new byte[blocks * BLOCK];
        for (int at = 0; at + MARK.length < content.length; at += 64) {
            System.arraycopy(MARK, 0, content, at, MARK.length);
        }
        return content;
    }

    @Test
    void nothingThatAGuestWritesIsOnTheDiskAndAllOfItComesBack() throws IOException {
        Volume volume = here.create("disk", IMAGE, SIZE, 1);
        byte[] expected = Arrays.copyOf(Rig.image(), (int) SIZE);
        byte[] secret = marked(40);
        for (int at : new int[] {0, 5 * BLOCK + 77, 3 * 1024 * 1024 + 1}) {
            Rig.write(volume, at, secret);
            System.arraycopy(secret, 0, expected, at, secret.length);
        }
        volume.zero(2 * BLOCK + 5, 3 * BLOCK, false);
        Arrays.fill(expected, 2 * BLOCK + 5, 5 * BLOCK + 5, (byte) 0);
        assertThat(Rig.readAll(volume)).isEqualTo(expected);
        assertThat(Rig.read(volume, BLOCK + 3, 100)).isEqualTo(Arrays.copyOfRange(expected, BLOCK + 3, BLOCK + 103));
        volume.close();

        assertThat(filesWithTheMark("here/volumes")).isEmpty();
        assertThat(Rig.readAll(here.open("disk", 1))).isEqualTo(expected);
    }

    @Test
    void aWrongOrMissingKeyIsToldAndTheRightOneOpens() throws IOException {
        Rig.write(here.create("disk", IMAGE, SIZE, 1), 0, marked(3));
        here.find("disk").orElseThrow().close();
        Files.writeString(key, "another secret of some length");
        assertThatThrownBy(() -> Rig.read(here.open("disk", 1), 0, BLOCK))
                .isInstanceOf(BlockIoException.class)
                .hasMessageContaining("not the one that it was encrypted with");
        assertThatThrownBy(() -> here.open("disk", 2)).hasMessageContaining("not the one");
        Files.delete(key);
        assertThatThrownBy(() -> Rig.write(here.open("disk", 1), 0, marked(1)))
                .hasMessageContaining("can not be read here");
        assertThatThrownBy(() -> there.create("other", IMAGE, SIZE, 1)).hasMessageContaining("can not be read here");
        Files.writeString(key, "a secret of some length");
        assertThat(Rig.read(here.open("disk", 1), 0, 3 * BLOCK)).isEqualTo(marked(3));
    }

    @Test
    void onlyTheHostOfTheGuestNeedsTheKey() throws IOException {
        Volume origin = here.create("disk", IMAGE, SIZE, 1);
        Rig.write(origin, BLOCK, marked(300));
        byte[] expected = Rig.readAll(origin);
        Path hidden = folder.resolve("hidden");
        Files.move(key, hidden);
        Volume standby = there.standby("disk", origin.description(), 2, origin.source());
        standby.catchUp();
        standby.prefetch(() -> standby.missingBlocks() > 100, (done, total) -> {});
        Seal seal = origin.seal();
        assertThatThrownBy(() -> standby.open(seal)).hasMessageContaining("can not be read here");
        assertThat(standby.state()).isEqualTo(new VolumeState.Standby(2));

        Files.move(hidden, key);
        standby.open(seal);
        origin.retire();
        assertThatThrownBy(() -> Rig.read(origin, BLOCK, BLOCK)).hasMessageContaining("guest is not on this host");
        assertThat(Rig.readAll(standby)).isEqualTo(expected);
        assertThat(filesWithTheMark("there/volumes")).isEmpty();
        here.close();
        here = new LocalVolumePool(
                folder.resolve("here/volumes"), new ImageStore(folder.resolve("here/objects")), 50, Optional.empty());
        Volume retired = here.find("disk").orElseThrow();
        assertThatThrownBy(() -> Rig.read(retired, BLOCK, BLOCK)).hasMessageContaining("guest is not on this host");
    }

    @Test
    void copiesAndWhatBelongsToADiskAreEncryptedAsItIs() throws IOException {
        Volume origin = here.create("disk", IMAGE, SIZE, 1);
        Rig.write(origin, 0, marked(20));
        here.copy("disk", "copy", 1);
        Rig.write(here.open("copy", 1), 30 * BLOCK, marked(20));
        Volume memory = here.createBeside("disk.memory", "disk", SIZE, 1);
        Rig.write(memory, 0, marked(20));
        assertThat(memory.description().encryption())
                .isEqualTo(origin.description().encryption());
        assertThat(Rig.read(here.open("copy", 1), 0, 20 * BLOCK)).isEqualTo(marked(20));
        assertThat(Rig.read(memory, 0, 20 * BLOCK)).isEqualTo(marked(20));
        here.grow("disk", 2 * SIZE);
        assertThat(Rig.read(here.open("disk", 1), 0, 20 * BLOCK)).isEqualTo(marked(20));
        assertThat(filesWithTheMark("here/volumes")).isEmpty();
        assertThat(here.create("plain", ImageStore.BLANK, SIZE, 1).description().encryption())
                .isEqualTo(Encryption.NONE);
    }

    @Test
    void anImageThatArrivesBringsTheReferenceAlong() throws IOException {
        Volume origin = here.create("disk", IMAGE, SIZE, 1);
        ImageStore empty = new ImageStore(folder.resolve("empty-objects"));
        try (LocalVolumePool last = new LocalVolumePool(folder.resolve("last"), empty, 50, Optional.empty())) {
            last.standby("disk", origin.description(), 2, origin.source()).prefetch(() -> true, (done, total) -> {});
            assertThat(last.create("second", IMAGE, SIZE, 1)
                            .description()
                            .encryption()
                            .isOn())
                    .isTrue();
        }
    }

    @Test
    void aKeyComesFromACommandToo() throws IOException {
        assertThat(new KeyReference("command:/bin/echo sixteen bytes or more").resolve())
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("sixteen bytes or more");
        assertThatThrownBy(() -> new KeyReference("command:/bin/false").resolve())
                .hasMessageContaining("failed");
        assertThatThrownBy(() -> new KeyReference("env:SURELY_NOT_SET").resolve())
                .hasMessageContaining("SURELY_NOT_SET");
        assertThatThrownBy(() -> new KeyReference("command:/bin/echo short").resolve())
                .hasMessageContaining("16 at least");
        for (String wrong : List.of("secret", "file:relative", "env:A B", "command:sh", "file:/a\nb")) {
            assertThatThrownBy(() -> new KeyReference(wrong)).isInstanceOf(InvalidValueException.class);
        }
    }

    private List<Path> filesWithTheMark(String directory) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve(directory))) {
            return files.filter(Files::isRegularFile)
                    .filter(EncryptionTest::hasMark)
                    .toList();
        }
    }

    private static boolean hasMark(Path file) {
        try {
            return new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1)
                    .contains(new String(MARK, StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
