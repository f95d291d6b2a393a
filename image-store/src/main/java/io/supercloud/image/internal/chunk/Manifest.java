package io.supercloud.image.internal.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * An image as a list of chunks. As a file: a line {@code supercloud-image 1}, a line {@code size N}, then one line for
 * each chunk: its SHA-256 in hex, or {@code -} where it is all zeroes.
 *
 * @param hashes one for each chunk, in order; {@link #ZERO} where it is all zeroes
 */
public record Manifest(long sizeBytes, List<String> hashes) {
    public static final String ZERO = "-";
    private static final String FORM = "supercloud-image 1";
    private static final String SIZE = "size ";

    public Manifest {
        hashes = List.copyOf(hashes);
    }

    public ByteBuffer toText() {
        String text = FORM + "\n" + SIZE + sizeBytes + "\n" + String.join("\n", hashes) + "\n";
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
    }

    public static Manifest read(Path file) throws IOException {
        List<String> lines = Files.readAllLines(file, StandardCharsets.US_ASCII);
        if (lines.size() < 2 || !lines.get(0).equals(FORM) || !lines.get(1).matches(SIZE + "[0-9]{1,18}")) {
            throw new IOException("%s is not an image of form '%s'".formatted(file, FORM));
        }
        long sizeBytes = Long.parseLong(lines.get(1).substring(SIZE.length()));
        List<String> hashes = lines.subList(2, lines.size());
        if (hashes.size() != ChunkStore.chunks(sizeBytes)
                || !hashes.stream().allMatch(hash -> hash.equals(ZERO) || hash.matches("[0-9a-f]{64}"))) {
            throw new IOException(
                    "the image %s is damaged: its chunks do not fit its size; import it anew".formatted(file));
        }
        return new Manifest(sizeBytes, hashes);
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
