package io.supercloud.image.internal.chunk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The SHA-256 of each block of a chunk. A chunk's name is the SHA-256 of this list: so a list that came from elsewhere is
 * verified by the chunk's name, and each block that comes by the list.
 */
@SuppressWarnings("ArrayRecordComponent")
record ChunkDigests(byte[] list) {
    static final int BLOCK_BYTES = 4096;
    static final int DIGEST_BYTES = 32;
    private static final byte[] ZERO_BLOCK = sha256().digest(new byte[BLOCK_BYTES]);

    static int blocks(int chunkBytes) {
        return (chunkBytes + BLOCK_BYTES - 1) / BLOCK_BYTES;
    }

    /** Of what remains in {@code content}, which is not consumed. */
    static ChunkDigests of(ByteBuffer content) {
        int blocks = blocks(content.remaining());
        ByteBuffer list = ByteBuffer.allocate(blocks * DIGEST_BYTES);
        MessageDigest digest = sha256();
        for (int i = 0; i < blocks; i++) {
            int start = content.position() + i * BLOCK_BYTES;
            digest.update(content.slice(start, Math.min(BLOCK_BYTES, content.limit() - start)));
            list.put(digest.digest());
        }
        return new ChunkDigests(list.array());
    }

    /** A list that came from elsewhere, or from a file. */
    static ChunkDigests verified(byte[] list, String chunk, int chunkBytes) throws IOException {
        ChunkDigests digests = new ChunkDigests(list);
        if (list.length != blocks(chunkBytes) * DIGEST_BYTES || !digests.name().equals(chunk)) {
            throw new IOException("the list of the blocks of chunk %s does not match its name".formatted(chunk));
        }
        return digests;
    }

    String name() {
        return HexFormat.of().formatHex(sha256().digest(list));
    }

    /** The SHA-256 of what remains in {@code content}, which is not consumed, in hex. */
    static String nameOf(ByteBuffer content) {
        MessageDigest digest = sha256();
        digest.update(content.duplicate());
        return HexFormat.of().formatHex(digest.digest());
    }

    int blocks() {
        return list.length / DIGEST_BYTES;
    }

    boolean isZero(int block) {
        return equals(block, ZERO_BLOCK);
    }

    /** Whether what remains in {@code content} is this block. */
    boolean matches(int block, ByteBuffer content) {
        MessageDigest digest = sha256();
        digest.update(content.duplicate());
        return equals(block, digest.digest());
    }

    private boolean equals(int block, byte[] digest) {
        int start = block * DIGEST_BYTES;
        return Arrays.equals(list, start, start + DIGEST_BYTES, digest, 0, DIGEST_BYTES);
    }

    /** The beginning of a block's digest, by which it is looked up. */
    long key(int block) {
        return ByteBuffer.wrap(list).getLong(block * DIGEST_BYTES);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
