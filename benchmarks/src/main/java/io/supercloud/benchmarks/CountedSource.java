package io.supercloud.benchmarks;

import io.supercloud.image.BaseNames;
import io.supercloud.image.BlockData;
import io.supercloud.image.Changes;
import io.supercloud.image.VolumeSource;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicLong;

/** Another source, with the bytes of its answers counted: each number as long as it is in memory. */
record CountedSource(VolumeSource source, AtomicLong bytes) implements VolumeSource {
    @Override
    public Changes changesAfter(long cursor) throws IOException {
        Changes changes = source.changesAfter(cursor);
        bytes.addAndGet(2L * Long.BYTES * (changes.blocks().length + 1));
        return changes;
    }

    @Override
    public BlockData read(long[] blocks) throws IOException {
        BlockData read = source.read(blocks);
        for (byte[] data : read.data()) {
            bytes.addAndGet(2L * Long.BYTES + data.length);
        }
        return read;
    }

    @Override
    public BaseNames baseNames(int first) throws IOException {
        BaseNames names = source.baseNames(first);
        bytes.addAndGet(names.names().length);
        return names;
    }

    @Override
    public byte[] baseDigests(int chunk) throws IOException {
        return counted(source.baseDigests(chunk));
    }

    @Override
    public byte[] baseBlocks(int chunk, long[] wanted) throws IOException {
        return counted(source.baseBlocks(chunk, wanted));
    }

    @Override
    public int[] hottest() throws IOException {
        int[] stretches = source.hottest();
        bytes.addAndGet((long) Integer.BYTES * stretches.length);
        return stretches;
    }

    private byte[] counted(byte[] answer) {
        bytes.addAndGet(answer.length);
        return answer;
    }
}
