package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.BlockData;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Asks the former host, again and again for a bounded time where it does not answer. */
final class Fetcher {
    private static final long FIRST_PAUSE_MILLIS = 5;
    private static final long LAST_PAUSE_MILLIS = 500;
    private static final Duration YIELD_PAUSE = Duration.ofMillis(1);

    private final String volume;
    private final Tasks tasks;
    private final AtomicInteger waitingReads = new AtomicInteger();
    private final AtomicLong fetchedBytes = new AtomicLong();
    private volatile VolumeSource source;
    /** Has everything, and is asked before the former host where it is there. */
    private volatile VolumeSource journal;

    /** Asked where the former host does not answer. */
    private volatile VolumeSource reserve;

    private volatile boolean closed;

    Fetcher(String volume, VolumeSource source, Tasks tasks) {
        this.volume = volume;
        this.tasks = tasks;
        this.source = source;
    }

    void setSource(VolumeSource replacement) {
        source = replacement;
    }

    /** As {@link #setSource}, of a volume that follows it from now on: what was fetched before belongs to something else. */
    void follow(VolumeSource leader) {
        source = leader;
        fetchedBytes.set(0);
    }

    /** Nothing is lacking any more. */
    void dropSource() {
        VolumeSource former = source;
        VolumeSource replica = journal;
        source = null;
        journal = null;
        letGo(former);
        letGo(replica);
    }

    /** What is read from a journal takes memory here. */
    private static void letGo(VolumeSource source) {
        if (source instanceof Replica replica) {
            replica.close();
        }
    }

    /** From now on this is asked first. */
    void setJournal(VolumeSource replica) {
        journal = replica;
    }

    /** From now on this is asked where the former host does not answer. */
    void setReserve(VolumeSource replica) {
        reserve = replica;
    }

    boolean hasSource() {
        return nearest() != null || reserve != null;
    }

    private VolumeSource nearest() {
        VolumeSource replica = journal;
        return replica != null ? replica : source;
    }

    long fetchedBytes() {
        return fetchedBytes.get();
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
        letGo(source);
        letGo(journal);
    }

    /** A question to the source. */
    @FunctionalInterface
    interface Question<T> {
        T ask(VolumeSource source) throws IOException;
    }

    <T> T ask(Question<T> question, long timeoutMillis) throws IOException {
        return untilAnswered(() -> askOnce(question), timeoutMillis);
    }

    /** A question that knows whom it is for. */
    @FunctionalInterface
    private interface Attempt<T> {
        T go() throws IOException;
    }

    private <T> T untilAnswered(Attempt<T> attempt, long timeoutMillis) throws IOException {
        long deadline = tasks.nanoTime() + TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        long pauseMillis = FIRST_PAUSE_MILLIS;
        while (true) {
            try {
                return attempt.go();
            } catch (IOException e) {
                if (closed
                        || tasks.nanoTime() - deadline >= 0
                        || Thread.currentThread().isInterrupted()) {
                    throw e;
                }
                tasks.sleep(Duration.ofMillis(pauseMillis));
                pauseMillis = Math.min(2 * pauseMillis, LAST_PAUSE_MILLIS);
            }
        }
    }

    private <T> T askOnce(Question<T> question) throws IOException {
        VolumeSource now = nearest();
        VolumeSource other = reserve;
        if (now == null && other == null) {
            throw new IOException(
                    "volume '%s' lacks blocks and has no source: attach the former host's".formatted(volume));
        }
        try {
            return question.ask(now == null ? other : now);
        } catch (IOException e) {
            if (now == null || other == null) {
                throw e;
            }
            return askReserve(question, other, e);
        }
    }

    private static <T> T askReserve(Question<T> question, VolumeSource reserve, IOException failure)
            throws IOException {
        try {
            return question.ask(reserve);
        } catch (IOException e) {
            failure.addSuppressed(e);
            throw failure;
        }
    }

    /** Fetches for somebody who waits: background fetches let it go first. */
    BlockData fetchNow(long[] blocks, long timeoutMillis) throws IOException {
        waitingReads.incrementAndGet();
        try {
            return fetch(blocks, timeoutMillis);
        } finally {
            waitingReads.decrementAndGet();
        }
    }

    /** Fetches in the background, after those who wait. */
    BlockData fetchLater(long[] blocks) throws IOException {
        letWaitingGoFirst();
        return fetch(blocks, 0);
    }

    /** Makes a range of the base image be here, for somebody who waits. */
    void fetchBaseNow(BaseImage base, long offset, long length, long timeoutMillis) throws IOException {
        waitingReads.incrementAndGet();
        try {
            fetchedBytes.addAndGet(askForBase(base, offset, length, timeoutMillis));
        } finally {
            waitingReads.decrementAndGet();
        }
    }

    /** As {@link #fetchBaseNow}, in the background; returns how many bytes came. */
    long fetchBaseLater(BaseImage base, long offset, long length) throws IOException {
        letWaitingGoFirst();
        long bytes = askForBase(base, offset, length, 0);
        fetchedBytes.addAndGet(bytes);
        return bytes;
    }

    /** An object store that has the image is asked first. A journal has none: then the former host, where there is one. */
    private long askForBase(BaseImage base, long offset, long length, long timeoutMillis) throws IOException {
        return untilAnswered(
                () -> {
                    Optional<VolumeSource> home = base.home();
                    return home.isPresent()
                            ? fetchFromHome(base, offset, length, home.get())
                            : fetchFromFormer(base, offset, length);
                },
                timeoutMillis);
    }

    private long fetchFromHome(BaseImage base, long offset, long length, VolumeSource home) throws IOException {
        try {
            return base.fetch(offset, length, home);
        } catch (IOException e) {
            if (!hasSource()) {
                throw e;
            }
            return fetchFromFormer(base, offset, length);
        }
    }

    private long fetchFromFormer(BaseImage base, long offset, long length) throws IOException {
        return askOnce(from -> {
            VolumeSource former = source;
            return base.fetch(offset, length, former != null ? former : from);
        });
    }

    private void letWaitingGoFirst() {
        while (waitingReads.get() > 0 && !closed) {
            tasks.sleep(YIELD_PAUSE);
        }
    }

    private BlockData fetch(long[] blocks, long timeoutMillis) throws IOException {
        BlockData answer = ask(from -> from.read(blocks), timeoutMillis);
        int count = blocks.length;
        if (answer.blocks().length != count || answer.versions().length != count || answer.data().length != count) {
            throw new IOException("the source of volume '%s' answered with another number of blocks".formatted(volume));
        }
        for (int i = 0; i < count; i++) {
            int bytes = answer.data()[i].length;
            if (answer.blocks()[i] != blocks[i] || (bytes != 0 && bytes != Volume.BLOCK_BYTES)) {
                throw new IOException("the source of volume '%s' answered block %d with %d bytes of block %d"
                        .formatted(volume, blocks[i], bytes, answer.blocks()[i]));
            }
            fetchedBytes.addAndGet(bytes);
        }
        return answer;
    }
}
