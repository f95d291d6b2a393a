package io.supercloud.migration;

import io.supercloud.image.BaseNames;
import io.supercloud.image.VolumeSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/** What one side of a move asks the other of a volume beside its blocks. */
public sealed interface SourceQuestion {
    Answer ask(VolumeSource source) throws IOException;

    /**
     * @param sizeBytes of the base image, where its chunks were asked for
     * @param chunks how many the image has, where they were asked for
     * @param key what volumes over the image are encrypted with, where its chunks were asked for
     * @param bytes names, digests or content, or numbers of 4 bytes each
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Answer(long sizeBytes, int chunks, String key, byte[] bytes) {
        private static Answer of(byte[] bytes) {
            return new Answer(0, 0, "", bytes);
        }

        BaseNames names() {
            return new BaseNames(sizeBytes, chunks, bytes, key);
        }

        int[] numbers() {
            int[] numbers = new int[bytes.length / Integer.BYTES];
            ByteBuffer.wrap(bytes).asIntBuffer().get(numbers);
            return numbers;
        }
    }

    /** {@link VolumeSource#baseNames}. */
    record Names(int first) implements SourceQuestion {
        @Override
        public Answer ask(VolumeSource source) throws IOException {
            BaseNames found = source.baseNames(first);
            return new Answer(found.sizeBytes(), found.chunks(), found.key(), found.names());
        }
    }

    /** {@link VolumeSource#baseDigests}. */
    record Digests(int chunk) implements SourceQuestion {
        @Override
        public Answer ask(VolumeSource source) throws IOException {
            return Answer.of(source.baseDigests(chunk));
        }
    }

    /** {@link VolumeSource#baseBlocks}. */
    @SuppressWarnings("ArrayRecordComponent")
    record Blocks(int chunk, long[] wanted) implements SourceQuestion {
        @Override
        public Answer ask(VolumeSource source) throws IOException {
            return Answer.of(source.baseBlocks(chunk, wanted));
        }
    }

    /** {@link VolumeSource#hottest}. */
    record Hottest() implements SourceQuestion {
        @Override
        public Answer ask(VolumeSource source) throws IOException {
            int[] stretches = source.hottest();
            ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES * stretches.length);
            bytes.asIntBuffer().put(stretches);
            return Answer.of(bytes.array());
        }
    }
}
