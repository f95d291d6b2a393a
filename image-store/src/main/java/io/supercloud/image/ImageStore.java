package io.supercloud.image;

import io.supercloud.core.ImageId;
import io.supercloud.image.internal.chunk.ArrivingImage;
import io.supercloud.image.internal.chunk.ChunkStore;
import io.supercloud.image.internal.chunk.ChunkedImage;
import io.supercloud.image.internal.chunk.ImageArchive;
import io.supercloud.image.internal.chunk.ImageWriter;
import io.supercloud.image.internal.chunk.Manifest;
import io.supercloud.image.internal.disk.Disk;
import io.supercloud.image.internal.disk.DurableFiles;
import io.supercloud.image.internal.disk.LocalDisk;
import io.supercloud.image.internal.volume.BaseImage;
import io.supercloud.image.internal.volume.MemoryImage;
import io.supercloud.image.internal.volume.Zeroes;
import io.supercloud.image.object.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Imported images in a directory: {@code chunks/ab/abcdef...} by content, {@code images/<id>} with the list of an image's
 * chunks. Equal chunks are stored once, chunks of zeroes not at all. Images that come from other hosts, block by block, are in
 * {@code arriving/<id>} until they are whole, and their chunks in {@code partial/}; so are those that come from an object store, when a
 * volume needs them. Every method blocks and throws {@link
 * ImageStoreException} where the disk fails. Safe for use by many threads of one process.
 */
public final class ImageStore {
    /** The image of no bytes, which is everywhere: the base of volumes that begin as zeroes. */
    public static final ImageId BLANK = new ImageId("blank");

    public static final int CHUNK_BYTES = ChunkStore.CHUNK_BYTES;

    private static final Logger LOG = LoggerFactory.getLogger(ImageStore.class);

    private final Disk disk = new LocalDisk();
    private final Path images;
    private final Path arriving;
    private final ChunkStore chunks;
    /** The object stores that images come from: the site's own first. */
    private final List<ImageArchive> archives;

    private final Map<ImageId, ArrivingImage> arrivals = new ConcurrentHashMap<>();
    /** Imports and deletions come one at a time, so that no chunk is deleted which an import counts on. */
    private final ReentrantLock changing = new ReentrantLock();

    public ImageStore(Path directory) {
        this(directory, List.of());
    }

    /** @param objects stores that images are fetched from which are not here: the site's own, which images go to as well, first */
    public ImageStore(Path directory, List<ObjectStore> objects) {
        this.archives = objects.stream().map(ImageArchive::new).toList();
        this.images = directory.resolve("images");
        this.arriving = directory.resolve("arriving");
        Path chunkDirectory = directory.resolve("chunks");
        Path partial = directory.resolve("partial");
        this.chunks = new ChunkStore(chunkDirectory, partial);
        try {
            for (Path each : List.of(images, arriving, chunkDirectory, partial)) {
                Files.createDirectories(each);
            }
        } catch (IOException e) {
            throw new ImageStoreException("the image store %s can not be made".formatted(directory), e);
        }
    }

    /**
     * Imports a raw disk. The image is there, durably, when this returns, and not at all where it throws; chunks of an
     * import that did not end are deleted with the next image.
     *
     * @throws ImageStoreException where an image of this name is there, or a file fails
     */
    public ImageInfo importRaw(ImageId id, Path rawFile, Progress progress) {
        changing.lock();
        try (FileChannel raw = FileChannel.open(rawFile, StandardOpenOption.READ)) {
            requireNew(id);
            Manifest manifest = new Manifest(raw.size(), storeChunks(raw, progress));
            DurableFiles.write(disk, path(id), manifest.toText());
            return info(id, manifest);
        } catch (IOException e) {
            throw new ImageStoreException("image '%s' could not be imported from %s".formatted(id, rawFile), e);
        } finally {
            changing.unlock();
        }
    }

    /** Fills a new image. */
    @FunctionalInterface
    public interface Filling {
        void fill(BlockDevice image);
    }

    /**
     * Makes an image of what {@code filling} writes to a device of zeroes; otherwise as {@link #importRaw}. No other image is
     * imported meanwhile.
     */
    public ImageInfo importFrom(ImageId id, long sizeBytes, Filling filling) {
        if (sizeBytes < 0 || sizeBytes > VolumeDescription.MAX_BYTES) {
            throw new ImageStoreException("image '%s' can not have %d bytes".formatted(id, sizeBytes));
        }
        changing.lock();
        try {
            requireNew(id);
            ImageWriter writer = new ImageWriter(chunks, sizeBytes);
            filling.fill(writer);
            Manifest manifest = writer.finish();
            DurableFiles.write(disk, path(id), manifest.toText());
            return info(id, manifest);
        } catch (IOException e) {
            throw new ImageStoreException("image '%s' could not be stored".formatted(id), e);
        } finally {
            changing.unlock();
        }
    }

    /** Takes an image over from another store; chunks that are here already are not written again. */
    public ImageInfo importFrom(ImageStore other, ImageId id, Progress progress) {
        BlockDevice from = other.device(id);
        long sizeBytes = from.sizeBytes();
        return importFrom(id, sizeBytes, image -> {
            ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
            for (long at = 0; at < sizeBytes; at += CHUNK_BYTES) {
                int length = (int) Math.min(CHUNK_BYTES, sizeBytes - at);
                if (!from.extents(at, length, 1).getFirst().hole()) {
                    from.read(at, chunk.clear().limit(length));
                    image.write(at, chunk.flip(), false);
                }
                progress.at(at + length, sizeBytes);
            }
        });
    }

    /**
     * Volumes over this image are encrypted from now on, with the key that this refers to; those that there are stay as they
     * are.
     */
    public void setKey(ImageId id, KeyReference reference) {
        changing.lock();
        try {
            DurableFiles.write(
                    disk, path(id), manifest(id).withKey(reference.text()).toText());
        } catch (IOException e) {
            throw new ImageStoreException("the key of image '%s' could not be noted".formatted(id), e);
        } finally {
            changing.unlock();
        }
    }

    /** What volumes over an image are encrypted with. */
    Optional<KeyReference> key(ImageId id) {
        if (id.equals(BLANK)) {
            return Optional.empty();
        }
        try {
            bring(id);
            Path file = Files.exists(path(id)) ? path(id) : arriving.resolve(id.value());
            return Optional.of(Manifest.read(file).key())
                    .filter(key -> !key.isEmpty())
                    .map(KeyReference::new);
        } catch (IOException e) {
            throw new ImageStoreException("there is no sound image '%s' here: import it".formatted(id), e);
        }
    }

    /**
     * Puts an image that is here into the site's object store, where there is one.
     *
     * @throws ImageStoreException where that does not take it: it may be tried again
     */
    public void archive(ImageId id) {
        changing.lock();
        try {
            if (!archives.isEmpty()) {
                archives.getFirst().store(id, manifest(id), chunks);
            }
        } catch (IOException e) {
            throw new ImageStoreException("image '%s' is here, but not in the object store".formatted(id), e);
        } finally {
            changing.unlock();
        }
    }

    /** Deletes an image from the site's object store; nothing happens where it is not there. */
    public void deleteArchived(ImageId id) {
        changing.lock();
        try {
            if (!archives.isEmpty()) {
                archives.getFirst().delete(id);
            }
        } catch (IOException e) {
            throw new ImageStoreException("image '%s' could not be deleted from the object store".formatted(id), e);
        } finally {
            changing.unlock();
        }
    }

    /** Lets an image begin to arrive from an object store, where it is neither here nor on its way. */
    private void bring(ImageId id) {
        if (Files.exists(path(id)) || Files.exists(arriving.resolve(id.value()))) {
            return;
        }
        IOException failure = null;
        for (ImageArchive archive : archives) {
            try {
                Optional<Manifest> found = archive.find(id);
                if (found.isPresent()) {
                    DurableFiles.write(
                            disk, arriving.resolve(id.value()), found.get().toText());
                    return;
                }
            } catch (IOException e) {
                failure = e;
            }
        }
        if (failure != null) {
            throw new ImageStoreException("image '%s' is not here, and an object store failed".formatted(id), failure);
        }
    }

    /** Whichever store has the image that arrives. */
    private Optional<VolumeSource> home(ImageId id, Manifest manifest) {
        for (ImageArchive archive : archives) {
            try {
                if (archive.find(id).filter(manifest::equals).isPresent()) {
                    return Optional.of(archive.source(manifest));
                }
            } catch (IOException e) {
                LOG.warn("Image {} is not looked for in an object store: {}", id, e.getMessage());
            }
        }
        return Optional.empty();
    }

    private void requireNew(ImageId id) {
        if (id.equals(BLANK)) {
            throw new ImageStoreException("image '%s' is built in: choose another name".formatted(id));
        }
        if (Files.exists(path(id)) || Files.exists(arriving.resolve(id.value()))) {
            throw new ImageStoreException("image '%s' exists: choose another name or delete it first".formatted(id));
        }
    }

    /** An image as a device, to be read only. Throws {@link ImageStoreException} where it is not here. */
    public BlockDevice device(ImageId id) {
        return new ImageDevice(id.value(), base(id));
    }

    private List<String> storeChunks(FileChannel raw, Progress progress) throws IOException {
        List<String> hashes = new ArrayList<>();
        ByteBuffer chunk = ByteBuffer.allocateDirect(CHUNK_BYTES);
        long size = raw.size();
        for (long at = 0; at < size; at += CHUNK_BYTES) {
            chunk.clear().limit((int) Math.min(CHUNK_BYTES, size - at));
            while (chunk.hasRemaining()) {
                if (raw.read(chunk, at + chunk.position()) < 0) {
                    throw new IOException("the file became shorter while it was read");
                }
            }
            chunk.flip();
            hashes.add(Zeroes.areAll(chunk) ? Manifest.ZERO : chunks.store(chunk));
            progress.at(at + chunk.limit(), size);
        }
        return hashes;
    }

    public Optional<ImageInfo> find(ImageId id) {
        return Files.exists(path(id)) ? Optional.of(info(id, manifest(id))) : Optional.empty();
    }

    /** All images, by name. */
    public List<ImageInfo> list() {
        List<ImageInfo> found = new ArrayList<>();
        for (ImageId id : ids()) {
            find(id).ifPresent(found::add);
        }
        return found;
    }

    /**
     * Deletes an image and the chunks that no other image has; nothing happens where there is none. Volumes based on it
     * are lost, so the caller deletes those first.
     */
    public void delete(ImageId id) {
        changing.lock();
        try {
            Files.deleteIfExists(path(id));
            Files.deleteIfExists(arriving.resolve(id.value()));
            arrivals.remove(id);
            disk.forceDirectory(images);
            Set<String> used = new HashSet<>();
            for (Path folder : List.of(images, arriving)) {
                for (Path other : DurableFiles.list(disk, folder)) {
                    used.addAll(Manifest.read(other).hashes());
                }
            }
            chunks.keepOnly(used);
        } catch (IOException e) {
            throw new ImageStoreException("image '%s' could not be deleted".formatted(id), e);
        } finally {
            changing.unlock();
        }
    }

    /** The image as volumes read it. */
    BaseImage base(ImageId id) {
        if (id.equals(BLANK)) {
            return new MemoryImage(new byte[0]);
        }
        bring(id);
        if (!Files.exists(path(id)) && Files.exists(arriving.resolve(id.value()))) {
            ArrivingImage image = arrivals.computeIfAbsent(id, this::arrive);
            image.tellWhole();
            return image;
        }
        return new ChunkedImage(chunks, manifest(id));
    }

    /** The image as volumes read it; one that is not here begins to arrive from another host. */
    BaseImage base(ImageId id, VolumeSource source) throws IOException {
        boolean known = id.equals(BLANK) || Files.exists(path(id)) || Files.exists(arriving.resolve(id.value()));
        if (!known) {
            DurableFiles.write(
                    disk, arriving.resolve(id.value()), Manifest.fetch(source).toText());
        }
        return base(id);
    }

    private ArrivingImage arrive(ImageId id) {
        try {
            chunks.forgetIndex();
            Manifest manifest = Manifest.read(arriving.resolve(id.value()));
            return new ArrivingImage(chunks, manifest, home(id, manifest), () -> arrived(id));
        } catch (IOException e) {
            throw new ImageStoreException("the image '%s', which is on its way here, can not be read".formatted(id), e);
        }
    }

    /** Volumes that use the arriving image go on with it: everything is in it. */
    private void arrived(ImageId id) {
        try {
            disk.move(arriving.resolve(id.value()), path(id));
            disk.forceDirectory(images);
            disk.forceDirectory(arriving);
            arrivals.remove(id);
        } catch (IOException e) {
            throw new ImageStoreException("image '%s' has arrived and can not be put in its place".formatted(id), e);
        }
    }

    private Manifest manifest(ImageId id) {
        try {
            return Manifest.read(path(id));
        } catch (IOException e) {
            throw new ImageStoreException("there is no sound image '%s' here: import it".formatted(id), e);
        }
    }

    private List<ImageId> ids() {
        try {
            return DurableFiles.list(disk, images).stream()
                    .map(path -> new ImageId(path.getFileName().toString()))
                    .toList();
        } catch (IOException e) {
            throw new ImageStoreException("the images in %s can not be listed".formatted(images), e);
        }
    }

    private static ImageInfo info(ImageId id, Manifest manifest) {
        return new ImageInfo(
                id,
                manifest.sizeBytes(),
                manifest.storedBytes(),
                manifest.hashes().size());
    }

    private Path path(ImageId id) {
        return images.resolve(id.value());
    }
}
