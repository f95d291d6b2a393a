package io.supercloud.image.object;

import io.supercloud.core.InvalidValueException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Objects by key. A key is given once and for one content, so whoever reads an object needs to know nothing of its writer. Every method
 * blocks, for a bounded time, and throws {@link IOException} where the store does not answer; what it was to change may then have
 * changed or not, and may be tried again.
 *
 * <p>No caller trusts a store: content carries checksums, which the reader verifies.
 */
public interface ObjectStore extends AutoCloseable {
    /** How large an object may be. */
    int MAX_OBJECT_BYTES = 64 << 20;

    int MAX_KEY_LENGTH = 512;

    /** Puts what remains in {@code content}, which is not consumed; durable and whole on return. Replaces what is there. */
    void put(String key, ByteBuffer content) throws IOException;

    /** The whole object; empty where there is none. */
    Optional<ByteBuffer> get(String key) throws IOException;

    /** Part of an object, of exactly {@code length} bytes; throws where there is no such object, or it is shorter. */
    ByteBuffer read(String key, long offset, int length) throws IOException;

    boolean has(String key) throws IOException;

    /** The keys that begin with {@code prefix}, in their order. */
    List<String> list(String prefix) throws IOException;

    /** Deletes an object; nothing happens where there is none. */
    void delete(String key) throws IOException;

    @Override
    void close();

    /** What keys may be: names of letters, digits and {@code . _ -}, with slashes between them; no name begins with a dot. */
    static String requireKey(String key) {
        if (key.length() > MAX_KEY_LENGTH
                || !key.matches("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")) {
            throw new InvalidValueException("'%s' is no key of an object".formatted(key));
        }
        return key;
    }
}
