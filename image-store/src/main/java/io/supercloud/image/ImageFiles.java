package io.supercloud.image;

import io.supercloud.core.ImageId;
import io.supercloud.image.internal.format.ImageFacts;
import io.supercloud.image.internal.format.ObservedDevice;
import io.supercloud.image.internal.format.QemuImg;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Image files of the formats of {@link ImageFormat}, in and out of a store. Content streams between the store and qemu-img over
 * NBD, without a raw copy on the way; zeroes and holes take no space on either side. Every method blocks and throws {@link
 * ImageStoreException} with qemu-img's own words where that fails.
 */
public final class ImageFiles {
    private static final String EXPORT = "image";
    private static final Logger LOG = LoggerFactory.getLogger(ImageFiles.class);

    private ImageFiles() {}

    /**
     * Imports a file, as {@link ImageStore#importRaw} does. One that refers to other files is refused: who made it chose them.
     *
     * @param format what the file is; nothing is guessed from its content
     */
    public static ImageInfo importFile(ImageStore store, ImageId id, Path file, ImageFormat format, Progress progress) {
        Path place = file.toAbsolutePath();
        if (format == ImageFormat.RAW) {
            return store.importRaw(id, file, progress);
        }
        ImageFacts facts = QemuImg.inspect(place, format);
        return store.importFrom(id, facts.sizeBytes(), image -> {
            ObservedDevice observed = new ObservedDevice(image, progress);
            serve(
                    observed,
                    nbd -> QemuImg.run(
                            List.of(
                                    "convert",
                                    "-n",
                                    "--target-is-zero",
                                    "-f",
                                    format.word(),
                                    "-O",
                                    "raw",
                                    place.toString(),
                                    nbd),
                            observed::requests));
            progress.at(facts.sizeBytes(), facts.sizeBytes());
        });
    }

    /**
     * Writes an image to a file, which is there whole or not at all.
     *
     * @throws ImageStoreException where the file exists
     */
    public static void exportFile(ImageStore store, ImageId id, Path file, ImageFormat format, Progress progress) {
        if (Files.exists(file)) {
            throw new ImageStoreException("%s exists: choose another name".formatted(file));
        }
        Path part = file.toAbsolutePath().resolveSibling(file.getFileName() + ".part");
        try {
            ObservedDevice observed = new ObservedDevice(store.device(id), progress);
            serve(
                    observed,
                    nbd -> QemuImg.run(
                            List.of("convert", "-f", "raw", "-O", format.word(), nbd, part.toString()),
                            observed::requests));
            Files.move(part, file);
            progress.at(observed.sizeBytes(), observed.sizeBytes());
        } catch (IOException e) {
            throw new ImageStoreException("%s could not be put in its place".formatted(file), e);
        } finally {
            discard(part);
        }
    }

    /** Something with a device that is served. */
    @FunctionalInterface
    private interface Use {
        void of(String nbd);
    }

    private static void serve(BlockDevice device, Use use) {
        Path folder = temporary();
        Path socket = folder.resolve("nbd");
        try (NbdServer server = new NbdServer()) {
            server.export(EXPORT, socket, device);
            use.of("nbd:unix:%s:exportname=%s".formatted(socket, EXPORT));
        } finally {
            discard(folder);
        }
    }

    private static void discard(Path path) {
        try {
            Files.deleteIfExists(path);
        } catch (IOException e) {
            LOG.warn("{} is left behind", path, e);
        }
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("supercloud-image");
        } catch (IOException e) {
            throw new ImageStoreException("no temporary folder can be made", e);
        }
    }
}
