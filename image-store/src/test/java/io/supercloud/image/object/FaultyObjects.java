package io.supercloud.image.object;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A store that fails and lies as it is told to. */
public final class FaultyObjects implements ObjectStore {
    /** What goes wrong. */
    public enum Fault {
        /** It answers with an error (a 5xx). */
        REFUSES,
        /** It takes an object, says so, and has it not. */
        FORGETS,
        /** It stores something else than it was given. */
        STORES_DAMAGED,
        /** It answers with other bytes. */
        READS_DAMAGED,
        /** It answers with fewer bytes. */
        READS_SHORT
    }

    private final ObjectStore real;
    private final AtomicInteger times = new AtomicInteger();
    private volatile Fault fault = Fault.REFUSES;

    public FaultyObjects(ObjectStore real) {
        this.real = real;
    }

    /** The next {@code count} calls that it can strike go wrong. */
    public void next(int count, Fault what) {
        fault = what;
        times.set(count);
    }

    /** How many faults are still to come. */
    public int left() {
        return times.get();
    }

    private boolean strikes(Fault... those) {
        return List.of(those).contains(fault) && times.getAndUpdate(left -> Math.max(0, left - 1)) > 0;
    }

    private void mayRefuse() throws IOException {
        if (strikes(Fault.REFUSES)) {
            throw new IOException("the object store answers 503");
        }
    }

    private static ByteBuffer damaged(ByteBuffer content) {
        ByteBuffer copy = ByteBuffer.allocate(content.remaining());
        copy.put(content.duplicate()).flip();
        if (copy.hasRemaining()) {
            int middle = copy.remaining() / 2;
            copy.put(middle, (byte) (copy.get(middle) ^ 1));
        }
        return copy;
    }

    private ByteBuffer answer(ByteBuffer content) {
        if (strikes(Fault.READS_DAMAGED)) {
            return damaged(content);
        }
        return strikes(Fault.READS_SHORT) ? content.slice(content.position(), content.remaining() / 2) : content;
    }

    @Override
    public void put(String key, ByteBuffer content) throws IOException {
        mayRefuse();
        if (strikes(Fault.FORGETS)) {
            return;
        }
        real.put(key, strikes(Fault.STORES_DAMAGED) ? damaged(content) : content);
    }

    @Override
    public Optional<ByteBuffer> get(String key) throws IOException {
        mayRefuse();
        return real.get(key).map(this::answer);
    }

    @Override
    public ByteBuffer read(String key, long offset, int length) throws IOException {
        mayRefuse();
        return answer(real.read(key, offset, length));
    }

    @Override
    public boolean has(String key) throws IOException {
        mayRefuse();
        return real.has(key);
    }

    @Override
    public List<String> list(String prefix) throws IOException {
        mayRefuse();
        return real.list(prefix);
    }

    @Override
    public void delete(String key) throws IOException {
        mayRefuse();
        real.delete(key);
    }

    @Override
    public void close() {
        real.close();
    }
}
