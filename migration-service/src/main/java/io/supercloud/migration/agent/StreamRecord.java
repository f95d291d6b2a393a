package io.supercloud.migration.agent;

import io.supercloud.migration.StreamFigures;
import io.supercloud.migration.hypervisor.StreamShape;
import io.supercloud.migration.hypervisor.VirtualMachine.StreamProgress;

/** Keeps of a memory stream what its hypervisor forgets when it is over. */
final class StreamRecord {
    private final StreamShape shape;
    private long dirtyPagesPerSecond;
    private int throttlePercent;

    StreamRecord(StreamShape shape) {
        this.shape = shape;
    }

    synchronized void observe(StreamProgress progress) {
        if (progress.dirtyPagesPerSecond() > 0) {
            dirtyPagesPerSecond = progress.dirtyPagesPerSecond();
        }
        throttlePercent = Math.max(throttlePercent, progress.throttlePercent());
    }

    /** @param last what the hypervisor says when nothing more is to be sent */
    synchronized StreamFigures ending(StreamProgress last) {
        return new StreamFigures(
                shape,
                last.pagesSent(),
                last.zeroPages(),
                last.totalBytes() / StreamProgress.PAGE_BYTES,
                StreamProgress.PAGE_BYTES,
                last.round(),
                dirtyPagesPerSecond * StreamProgress.PAGE_BYTES,
                throttlePercent,
                last.postCopyFaults());
    }
}
