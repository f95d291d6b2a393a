package io.supercloud.image.internal.volume;

import io.supercloud.image.BaseNames;
import io.supercloud.image.VolumeSource;
import java.io.IOException;

/** What a journal is as a source: it has what was written, and no base image. */
abstract class JournalSource implements VolumeSource {
    private static final String NO_IMAGE =
            "a journal has no base image: import it on this host, or attach a host that has it";

    @Override
    public final BaseNames baseNames(int first) throws IOException {
        throw new IOException(NO_IMAGE);
    }

    @Override
    public final byte[] baseDigests(int chunk) throws IOException {
        throw new IOException(NO_IMAGE);
    }

    @Override
    public final byte[] baseBlocks(int chunk, long[] wanted) throws IOException {
        throw new IOException(NO_IMAGE);
    }

    @Override
    public final int[] hottest() {
        return new int[0];
    }
}
