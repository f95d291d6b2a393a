package io.supercloud.image.internal.chunk;

import io.supercloud.core.InvalidValueException;
import io.supercloud.image.BaseNames;
import io.supercloud.image.KeyReference;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.VolumeSource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * An image as a list of chunks. As a file: a line {@code supercloud-image 2}, a line {@code size N}, a line {@code key REF} where there is one, then one line for
 * each chunk: its name ({@link ChunkDigests}) in hex, or {@code -} where it is all zeroes.
 *
 * @param key a reference to what volumes over it are encrypted with, or empty
 * @param hashes one for each chunk, in order; {@link #ZERO} where it is all zeroes
 */
public record Manifest(long sizeBytes, String key, List<String> hashes) {
    public static final String ZERO = "-";
    private static final String FORM = "supercloud-image 2";
    private static final String KEY = "key ";
    private static final String SIZE = "size ";
    private static final String NO_NAME = "0".repeat(2 * ChunkDigests.DIGEST_BYTES);

    public Manifest(long sizeBytes, List<String> hashes) {
        this(sizeBytes, "", hashes);
    }

    public Manifest withKey(String reference) {
        return new Manifest(sizeBytes, reference, hashes);
    }

    public Manifest {
        hashes = List.copyOf(hashes);
    }

    public ByteBuffer toText() {
        String keyLine = key.isEmpty() ? "" : KEY + key + "\n";
        String text = FORM + "\n" + SIZE + sizeBytes + "\n" + keyLine + String.join("\n", hashes) + "\n";
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    public static Manifest read(Path file) throws IOException {
        return parse(file.toString(), Files.readString(file, StandardCharsets.US_ASCII));
    }

    /** @param file where it stands, for errors */
    static Manifest parse(String file, String text) throws IOException {
        List<String> lines = text.lines().toList();
        if (lines.size() < 2 || !lines.get(0).equals(FORM) || !lines.get(1).matches(SIZE + "[0-9]{1,18}")) {
            throw new IOException("%s is not an image of form '%s'".formatted(file, FORM));
        }
        long sizeBytes = Long.parseLong(lines.get(1).substring(SIZE.length()));
        boolean hasKey = lines.size() > 2 && lines.get(2).startsWith(KEY);
        String key = hasKey ? lines.get(2).substring(KEY.length()) : "";
        List<String> hashes = lines.subList(hasKey ? 3 : 2, lines.size());
        if (hashes.size() != ChunkStore.chunks(sizeBytes)
                || !hashes.stream().allMatch(hash -> hash.equals(ZERO) || hash.matches("[0-9a-f]{64}"))) {
            throw new IOException(
                    "the image %s is damaged: its chunks do not fit its size; import it anew".formatted(file));
        }
        return new Manifest(sizeBytes, key, hashes);
    }

    /** Gets the manifest of a source's base image. */
    public static Manifest fetch(VolumeSource source) throws IOException {
        List<String> hashes = new ArrayList<>();
        BaseNames part;
        do {
            part = source.baseNames(hashes.size());
            requireSound(part, hashes.size());
            for (int at = 0; at < part.names().length; at += ChunkDigests.DIGEST_BYTES) {
                String name = HexFormat.of().formatHex(part.names(), at, at + ChunkDigests.DIGEST_BYTES);
                hashes.add(name.equals(NO_NAME) ? ZERO : name);
            }
        } while (hashes.size() < part.chunks());
        return new Manifest(part.sizeBytes(), keyOf(part), hashes);
    }

    private static String keyOf(BaseNames part) throws IOException {
        try {
            return part.key().isEmpty() ? "" : new KeyReference(part.key()).text();
        } catch (InvalidValueException e) {
            throw new IOException("the source's image has no key that can be: " + e.getMessage(), e);
        }
    }

    private static void requireSound(BaseNames part, int before) throws IOException {
        int bytes = part.names().length;
        boolean progress = bytes > 0 || part.chunks() == before;
        if (part.sizeBytes() < 0
                || part.sizeBytes() > VolumeDescription.MAX_BYTES
                || part.chunks() != ChunkStore.chunks(part.sizeBytes())
                || bytes % ChunkDigests.DIGEST_BYTES != 0
                || before + bytes / ChunkDigests.DIGEST_BYTES > part.chunks()
                || !progress) {
            throw new IOException(
                    "the source's list of the image's chunks, from %d on, makes no sense".formatted(before));
        }
    }

    boolean isZero(int index) {
        return hashes.get(index).equals(ZERO);
    }

    /** The chunk that the byte at {@code offset} is in. */
    int chunkAt(long offset) {
        return (int) (offset / ChunkStore.CHUNK_BYTES);
    }

    /** The first chunk that has nothing before {@code end}, or the number of chunks. */
    int chunkBehind(long end) {
        return (int) ChunkStore.chunks(Math.min(end, sizeBytes));
    }

    /** The length of chunk {@code index}; the last one may be shorter. */
    public int chunkBytes(int index) {
        return (int) Math.min(ChunkStore.CHUNK_BYTES, sizeBytes - (long) index * ChunkStore.CHUNK_BYTES);
    }

    public long storedBytes() {
        long bytes = 0;
        for (int i = 0; i < hashes.size(); i++) {
            bytes += hashes.get(i).equals(ZERO) ? 0 : chunkBytes(i);
        }
        return bytes;
    }
}
