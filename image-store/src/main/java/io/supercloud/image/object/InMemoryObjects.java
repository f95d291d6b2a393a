package io.supercloud.image.object;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/** Objects in memory: as durable as this object, which all hosts share. */
public final class InMemoryObjects implements ObjectStore {
    private final NavigableMap<String, ByteBuffer> objects = new ConcurrentSkipListMap<>();

    @Override
    public void put(String key, ByteBuffer content) {
        ByteBuffer copy = ByteBuffer.allocate(content.remaining());
        copy.put(content.duplicate()).flip();
        objects.put(ObjectStore.requireKey(key), copy.asReadOnlyBuffer());
    }

    @Override
    public Optional<ByteBuffer> get(String key) {
        return Optional.ofNullable(objects.get(ObjectStore.requireKey(key))).map(ByteBuffer::duplicate);
    }

    @Override
    public ByteBuffer read(String key, long offset, int length) throws IOException {
        ByteBuffer whole = get(key).orElseThrow(() -> new IOException("there is no object " + key));
        if (offset < 0 || length < 0 || offset + length > whole.remaining()) {
            throw new IOException("object %s has %d bytes, none at %d".formatted(key, whole.remaining(), offset));
        }
        return whole.slice((int) offset, length);
    }

    @Override
    public boolean has(String key) {
        return objects.containsKey(ObjectStore.requireKey(key));
    }

    @Override
    public List<String> list(String prefix) {
        return objects.tailMap(prefix).keySet().stream()
                .takeWhile(key -> key.startsWith(prefix))
                .toList();
    }

    @Override
    public void delete(String key) {
        objects.remove(ObjectStore.requireKey(key));
    }

    @Override
    public void close() {}
}
