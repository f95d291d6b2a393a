package io.supercloud.image;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/** Another source, asked through a link that may break and that counts. */
final class ForwardingSource implements VolumeSource {
    /** What happens before each question. */
    @FunctionalInterface
    interface Link {
        void pass() throws IOException;
    }

    private final Supplier<VolumeSource> source;
    private final Link link;
    private final AtomicLong bytes = new AtomicLong();

    ForwardingSource(Supplier<VolumeSource> source, Link link) {
        this.source = source;
        this.link = link;
    }

    static ForwardingSource counting(VolumeSource source) {
        return new ForwardingSource(() -> source, () -> {});
    }

    /** What was answered, without what an RPC adds to it. */
    long bytes() {
        return bytes.get();
    }

    @Override
    public Changes changesAfter(long cursor) throws IOException {
        link.pass();
        Changes changes = source.get().changesAfter(cursor);
        bytes.addAndGet(2L * Long.BYTES * (changes.blocks().length + 1));
        return changes;
    }

    @Override
    public BlockData read(long[] blocks) throws IOException {
        link.pass();
        BlockData read = source.get().read(blocks);
        for (byte[] data : read.data()) {
            bytes.addAndGet(2L * Long.BYTES + data.length);
        }
        return read;
    }

    @Override
    public BaseNames baseNames(int first) throws IOException {
        link.pass();
        BaseNames names = source.get().baseNames(first);
        bytes.addAndGet(names.names().length);
        return names;
    }

    @Override
    public byte[] baseDigests(int chunk) throws IOException {
        link.pass();
        return counted(source.get().baseDigests(chunk));
    }

    @Override
    public byte[] baseBlocks(int chunk, long[] wanted) throws IOException {
        link.pass();
        return counted(source.get().baseBlocks(chunk, wanted));
    }

    @Override
    public int[] hottest() throws IOException {
        link.pass();
        int[] stretches = source.get().hottest();
        bytes.addAndGet((long) Integer.BYTES * stretches.length);
        return stretches;
    }

    private byte[] counted(byte[] answer) {
        bytes.addAndGet(answer.length);
        return answer;
    }
}
