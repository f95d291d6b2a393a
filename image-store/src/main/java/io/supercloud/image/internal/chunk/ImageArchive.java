package io.supercloud.image.internal.chunk;

import io.supercloud.core.ImageId;
import io.supercloud.image.BaseNames;
import io.supercloud.image.BlockData;
import io.supercloud.image.Changes;
import io.supercloud.image.VolumeSource;
import io.supercloud.image.object.ObjectStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Images in an object store: {@code chunks/NAME}, as the file of a chunk is, and {@code images/ID/DIGEST}, the list of an image's chunks, named
 * by the SHA-256 of its text. So nothing that comes from there need be trusted: the list is verified by its key, and chunks by the list.
 */
public final class ImageArchive {
    private static final String CHUNKS = "chunks/";
    private static final String IMAGES = "images/";

    private final ObjectStore store;

    public ImageArchive(ObjectStore store) {
        this.store = store;
    }

    private static String folder(ImageId id) {
        return IMAGES + id + "/";
    }

    /** Puts an image there, its list last; chunks that are there already are not sent. */
    public void store(ImageId id, Manifest manifest, ChunkStore chunks) throws IOException {
        Set<String> names = new HashSet<>(manifest.hashes());
        names.remove(Manifest.ZERO);
        for (String name : names) {
            if (!store.has(CHUNKS + name)) {
                store.put(CHUNKS + name, chunks.file(name));
            }
        }
        ByteBuffer text = manifest.toText();
        String key = folder(id) + ChunkDigests.nameOf(text);
        store.put(key, text);
        for (String other : store.list(folder(id))) {
            if (!other.equals(key)) {
                store.delete(other);
            }
        }
    }

    /** The list of an image's chunks; empty where it is not there. */
    public Optional<Manifest> find(ImageId id) throws IOException {
        List<String> keys = store.list(folder(id));
        return keys.isEmpty() ? Optional.empty() : Optional.of(manifest(keys.getLast()));
    }

    private Manifest manifest(String key) throws IOException {
        ByteBuffer text = store.get(key).orElseThrow(() -> new IOException("object %s is gone".formatted(key)));
        if (!key.endsWith("/" + ChunkDigests.nameOf(text))) {
            throw new IOException("object %s is damaged: its content does not match its name".formatted(key));
        }
        return Manifest.parse(
                key, StandardCharsets.US_ASCII.decode(text.duplicate()).toString());
    }

    /** Deletes an image, and the chunks that no other image there has. */
    public void delete(ImageId id) throws IOException {
        for (String key : store.list(folder(id))) {
            store.delete(key);
        }
        Set<String> used = new HashSet<>();
        for (String key : store.list(IMAGES)) {
            used.addAll(manifest(key).hashes());
        }
        for (String key : store.list(CHUNKS)) {
            if (!used.contains(key.substring(CHUNKS.length()))) {
                store.delete(key);
            }
        }
    }

    /** What an image that arrives is fetched from. */
    public VolumeSource source(Manifest manifest) {
        return new Source(manifest);
    }

    private final class Source implements VolumeSource {
        private final Manifest manifest;

        private Source(Manifest manifest) {
            this.manifest = manifest;
        }

        private String key(int chunk) {
            return CHUNKS + manifest.hashes().get(chunk);
        }

        @Override
        public byte[] baseDigests(int chunk) throws IOException {
            int bytes = manifest.chunkBytes(chunk);
            return array(store.read(key(chunk), bytes, ChunkDigests.blocks(bytes) * ChunkDigests.DIGEST_BYTES));
        }

        /** What lies between the first and the last of them is read too: one question costs more than a few blocks. */
        @Override
        public byte[] baseBlocks(int chunk, long[] wanted) throws IOException {
            BitSet blocks = BitSet.valueOf(wanted);
            int first = blocks.nextSetBit(0) * ChunkDigests.BLOCK_BYTES;
            int end = Math.min(blocks.length() * ChunkDigests.BLOCK_BYTES, manifest.chunkBytes(chunk));
            ByteBuffer span = store.read(key(chunk), first, end - first).slice();
            if (span.remaining() != end - first) {
                throw new IOException("object %s is shorter than its list says".formatted(key(chunk)));
            }
            ByteBuffer found = ByteBuffer.allocate(blocks.cardinality() * ChunkDigests.BLOCK_BYTES);
            for (int block = blocks.nextSetBit(0); block >= 0; block = blocks.nextSetBit(block + 1)) {
                int start = block * ChunkDigests.BLOCK_BYTES - first;
                found.put(span.slice(start, Math.min(ChunkDigests.BLOCK_BYTES, span.limit() - start)));
            }
            return array(found.flip());
        }

        private static byte[] array(ByteBuffer bytes) {
            byte[] array = new byte[bytes.remaining()];
            bytes.get(array);
            return array;
        }

        @Override
        public BaseNames baseNames(int first) throws IOException {
            throw new IOException("the list of an image comes as a whole");
        }

        @Override
        public Changes changesAfter(long cursor) throws IOException {
            throw new IOException("an image does not change");
        }

        @Override
        public BlockData read(long[] blocks) throws IOException {
            throw new IOException("an image has chunks alone");
        }

        @Override
        public int[] hottest() {
            return new int[0];
        }
    }
}
