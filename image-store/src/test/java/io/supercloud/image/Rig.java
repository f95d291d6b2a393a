package io.supercloud.image;

import io.supercloud.core.ImageId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** What the tests of volumes share. */
final class Rig {
    static final int BLOCK = Volume.BLOCK_BYTES;
    static final ImageId IMAGE = new ImageId("base");

    private Rig() {}

    /** 1 MiB and a half, with a stretch of zeroes, and not a whole number of blocks. */
    static byte[] image() {
        byte[] content = new byte[1_572_864 + 100];
        new SplittableRandom(7).nextBytes(content);
        Arrays.fill(content, 100_000, 300_000, (byte) 0);
        return content;
    }

    static ImageStore store(Path directory, byte[] content) {
        try {
            Path raw = Files.write(directory.resolve("raw"), content);
            ImageStore store = new ImageStore(directory.resolve("objects"));
            store.importRaw(IMAGE, raw, (done, total) -> {});
            return store;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The pool of one of several hosts that keep replicated disks, in a directory of its own. */
    static LocalVolumePool replicated(Path directory, byte[] image, int readTimeoutMillis, Replication parts) {
        directory.toFile().mkdirs();
        return new LocalVolumePool(
                directory.resolve("pool"), store(directory, image), readTimeoutMillis, Optional.of(parts));
    }

    static byte[] read(BlockDevice device, long offset, int length) {
        byte[] bytes = new byte[length];
        device.read(offset, ByteBuffer.wrap(bytes));
        return bytes;
    }

    static byte[] readAll(BlockDevice device) {
        return read(device, 0, (int) device.sizeBytes());
    }

    static void write(BlockDevice device, long offset, byte[] bytes) {
        device.write(offset, ByteBuffer.wrap(bytes), false);
    }

    static byte[] bytes(int length, int seed) {
        byte[] bytes = new byte[length];
        new SplittableRandom(seed).nextBytes(bytes);
        return bytes;
    }

    /** A copy of a pool's folder, as a host finds it after a crash. */
    static Path copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
            return to;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
