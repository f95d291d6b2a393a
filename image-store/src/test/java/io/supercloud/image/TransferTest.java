package io.supercloud.image;

import static io.supercloud.image.Rig.BLOCK;
import static io.supercloud.image.Rig.IMAGE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.ImageId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a volume's move to a site costs that does not have its image, counted at the link. */
@Timeout(60)
class TransferTest {
    private static final int MIB = 1 << 20;
    /** Not a whole number of chunks, nor of blocks. */
    private static final int IMAGE_BYTES = 24 * MIB + 5_000;

    private static final long SIZE = 32L * MIB;
    private static final ImageId OTHER = new ImageId("other");
    private static final long SHORT_TIMEOUT_MILLIS = 50;

    @TempDir
    Path folder;

    private final byte[] image = Rig.bytes(IMAGE_BYTES, 11);
    private final AtomicBoolean broken = new AtomicBoolean();
    private ImageStore hereImages;
    private ImageStore thereImages;
    private LocalVolumePool here;
    private LocalVolumePool there;

    @BeforeEach
    void open() throws IOException {
        Arrays.fill(image, 3 * MIB, 7 * MIB, (byte) 0);
        hereImages = new ImageStore(folder.resolve("here-objects"));
        hereImages.importRaw(IMAGE, Files.write(folder.resolve("raw"), image), (done, total) -> {});
        thereImages = new ImageStore(folder.resolve("there-objects"));
        here = pool("here", hereImages);
        there = pool("there", thereImages);
    }

    private LocalVolumePool pool(String name, ImageStore images) {
        return new LocalVolumePool(folder.resolve(name), images, SHORT_TIMEOUT_MILLIS, Optional.empty());
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private ForwardingSource link(Volume from) {
        return new ForwardingSource(from::source, () -> {
            if (broken.get()) {
                throw new IOException("the connection broke");
            }
        });
    }

    private static Volume move(Volume from, VolumePool to, long epoch, VolumeSource link) {
        Volume arrived = to.standby(from.name(), from.description(), epoch, link);
        arrived.catchUp();
        arrived.open(from.seal());
        from.retire();
        return arrived;
    }

    private byte[] content() {
        return Arrays.copyOf(image, (int) SIZE);
    }

    @Test
    void aVolumeOpensBeforeItsImageIsThereAndReadsAllOfItOnDemand() {
        Volume origin = here.create("disk", IMAGE, SIZE, 1);
        byte[] expected = content();
        byte[] patch = Rig.bytes(3 * BLOCK, 1);
        Rig.write(origin, 9 * MIB + 77, patch);
        System.arraycopy(patch, 0, expected, 9 * MIB + 77, patch.length);
        ForwardingSource link = link(origin);
        Volume arrived = move(origin, there, 2, link);

        assertThat(link.bytes()).isLessThan(IMAGE_BYTES / 20);
        assertThat(arrived.hydrated()).isFalse();
        assertThat(thereImages.find(IMAGE)).isEmpty();
        long before = link.bytes();
        assertThat(Rig.read(arrived, 20L * MIB + 4 * BLOCK, BLOCK))
                .isEqualTo(Arrays.copyOfRange(expected, 20 * MIB + 4 * BLOCK, 20 * MIB + 5 * BLOCK));
        assertThat(link.bytes() - before).isLessThan(4L * BLOCK);
        assertThat(Rig.readAll(arrived)).isEqualTo(expected);
    }

    @Test
    void whatIsHydratedIsAnImageOfTheSiteAndNeedsItsSourceNoMore() {
        Volume origin = here.create("disk", IMAGE, SIZE, 1);
        Volume arrived = move(origin, there, 2, link(origin));
        assertThatThrownBy(arrived::dropSource).hasMessageContaining("needs its source");
        arrived.prefetch(() -> true, (done, total) -> {});

        assertThat(arrived.hydrated()).isTrue();
        arrived.dropSource();
        broken.set(true);
        assertThat(thereImages.find(IMAGE)).isEqualTo(hereImages.find(IMAGE));
        assertThat(Rig.readAll(arrived)).isEqualTo(content());
        assertThat(Rig.readAll(there.create("second", IMAGE, SIZE, 1))).isEqualTo(content());
        thereImages.delete(IMAGE);
        assertThat(filesOf("there-objects")).isEmpty();
    }

    @Test
    void whatCameBeforeARestartDoesNotComeAgain() {
        Volume origin = here.create("disk", IMAGE, SIZE, 1);
        ForwardingSource link = link(origin);
        Volume arrived = move(origin, there, 2, link);
        byte[] half = Rig.read(arrived, 10L * MIB + BLOCK, 10 * MIB);
        there.close();

        there = pool("there", new ImageStore(folder.resolve("there-objects")));
        Volume again = there.open("disk", 2);
        broken.set(true);
        again.attachSource(link);
        assertThat(Rig.read(again, 10L * MIB + BLOCK, 10 * MIB)).isEqualTo(half);
        assertThatThrownBy(() -> Rig.read(again, 0, BLOCK)).hasMessageContaining("connection broke");
        broken.set(false);
        assertThat(Rig.readAll(again)).isEqualTo(content());
    }

    @Test
    void blocksThatAnyImageThereHasAreNotSent() throws IOException {
        byte[] older = image.clone();
        int changed = 0;
        for (int at = 100 * BLOCK; at + BLOCK < IMAGE_BYTES; at += 40 * BLOCK) {
            System.arraycopy(Rig.bytes(BLOCK, at), 0, older, at, BLOCK);
            changed++;
        }
        byte[] moved = Arrays.copyOfRange(older, MIB, IMAGE_BYTES);
        thereImages.importRaw(OTHER, Files.write(folder.resolve("older"), moved), (done, total) -> {});
        Volume origin = here.create("disk", IMAGE, SIZE, 1);
        ForwardingSource link = link(origin);
        Volume arrived = move(origin, there, 2, link);
        arrived.prefetch(() -> true, (done, total) -> {});

        assertThat(Rig.readAll(arrived)).isEqualTo(content());
        long differs = (long) changed * BLOCK + MIB + BLOCK;
        assertThat(link.bytes()).isLessThan(differs + IMAGE_BYTES / 50);
    }

    @Test
    void aSourceThatSendsOtherContentIsRefusedAndTheRightOneIsTakenLater() throws IOException {
        Volume origin = here.create("disk", IMAGE, SIZE, 1);
        AtomicBoolean lies = new AtomicBoolean(true);
        VolumeSource honest = origin.source();
        VolumeSource liar = new LyingSource(honest, lies);
        Volume arrived = move(origin, there, 2, liar);
        assertThatThrownBy(() -> Rig.read(arrived, 0, BLOCK)).hasMessageContaining("other content");
        lies.set(false);
        assertThat(Rig.read(arrived, 0, BLOCK)).isEqualTo(Arrays.copyOf(image, BLOCK));
    }

    @Test
    void aVolumeThatMovesOnBeforeItsImageIsThereTakesItAlong() {
        Volume origin = here.create("disk", IMAGE, SIZE, 1);
        Volume second = move(origin, there, 2, link(origin));
        try (LocalVolumePool last = pool("last", new ImageStore(folder.resolve("last-objects")))) {
            Volume third = move(second, last, 3, second.source());
            assertThat(Rig.readAll(third)).isEqualTo(content());
            third.prefetch(() -> true, (done, total) -> {});
            assertThat(third.hydrated()).isTrue();
        }
    }

    @Test
    void theHottestStretchesComeFirstInTheOrderOfTheBoot() {
        Volume origin = here.create("disk", IMAGE, SIZE, 1);
        for (int touched : new int[] {22, 1, 15}) {
            Rig.read(origin, (long) touched * MIB, BLOCK);
        }
        for (int i = 0; i < 10; i++) {
            Rig.read(origin, 12L * MIB, BLOCK);
        }
        Volume arrived = move(origin, there, 2, origin.source());
        List<Long> steps = new ArrayList<>();
        arrived.prefetch(() -> steps.size() < 3, (done, total) -> steps.add(done));
        broken.set(true);
        arrived.attachSource(link(origin));
        for (int stretch : new int[] {12, 22, 1}) {
            assertThat(Rig.read(arrived, (long) stretch * MIB, MIB))
                    .isEqualTo(Arrays.copyOfRange(image, stretch * MIB, (stretch + 1) * MIB));
        }
        assertThatThrownBy(() -> Rig.read(arrived, 15L * MIB, BLOCK)).isInstanceOf(BlockIoException.class);
    }

    @Test
    void hydrationKeepsToItsRateAndPauses() {
        Volume origin = here.create("disk", IMAGE, SIZE, 1);
        Volume arrived = move(origin, there, 2, origin.source());
        arrived.limitPrefetch(20L * MIB);
        long begin = System.nanoTime();
        List<Long> steps = new ArrayList<>();
        arrived.prefetch(() -> steps.size() < 10, (done, total) -> steps.add(done));
        assertThat((System.nanoTime() - begin) / 1e6).isGreaterThan(10 * 1000.0 / 20 * 0.6);

        arrived.limitPrefetch(0);
        long end = System.nanoTime() + 200_000_000;
        long missing = arrived.missingBlocks();
        arrived.prefetch(() -> System.nanoTime() < end, (done, total) -> {});
        assertThat(arrived.missingBlocks()).isEqualTo(missing);
        arrived.limitPrefetch(Long.MAX_VALUE);
        arrived.prefetch(() -> true, (done, total) -> {});
        assertThat(arrived.hydrated()).isTrue();
    }

    private List<Path> filesOf(String directory) {
        try (Stream<Path> files = Files.walk(folder.resolve(directory))) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private record LyingSource(VolumeSource honest, AtomicBoolean lies) implements VolumeSource {
        @Override
        public Changes changesAfter(long cursor) throws IOException {
            return honest.changesAfter(cursor);
        }

        @Override
        public BlockData read(long[] blocks) throws IOException {
            return honest.read(blocks);
        }

        @Override
        public BaseNames baseNames(int first) throws IOException {
            return honest.baseNames(first);
        }

        @Override
        public byte[] baseDigests(int chunk) throws IOException {
            return honest.baseDigests(chunk);
        }

        @Override
        public byte[] baseBlocks(int chunk, long[] wanted) throws IOException {
            byte[] blocks = honest.baseBlocks(chunk, wanted);
            blocks[17] ^= (byte) (lies.get() ? 1 : 0);
            return blocks;
        }

        @Override
        public int[] hottest() throws IOException {
            return honest.hottest();
        }
    }
}
