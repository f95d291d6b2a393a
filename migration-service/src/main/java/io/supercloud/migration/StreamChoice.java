package io.supercloud.migration;

import io.supercloud.migration.HostCall.VmLoad;
import io.supercloud.migration.hypervisor.StreamShape;

/**
 * Chooses how a guest's memory travels: over one connection as it is, over several, or compressed. Pure.
 *
 * <p>Compression pays where the link is the bottleneck. Its time is that of the slower of the two, the link with what is left
 * of the bytes, or the processors that make it; it must be shorter by {@link #WORTHWHILE} and by {@link #LEAST_GAIN_SECONDS}.
 *
 * <p>Pages have a channel beside the first connection wherever both ends can: in the first, QEMU encrypts each page as two records.
 */
public final class StreamChoice {
    /** Of guest memory that one channel compresses, encrypts and sends beside a guest; a core with nothing else to do did 200e6. */
    static final double CHANNEL_BYTES_PER_SECOND = 120e6;
    /** A connection carries no more than this within a round trip: half of the kernel's usual most for a socket. */
    static final double WINDOW_BYTES = 2 << 20;
    /** One connection's share of a core for encryption alone. */
    static final double ENCRYPTED_BYTES_PER_SECOND = 400e6;

    private static final double WORTHWHILE = 0.7;
    private static final double LEAST_GAIN_SECONDS = 0.3;
    private static final double LEAST_HEADWAY = 0.05;

    private StreamChoice() {}

    /**
     * @param bytesPerSecond that the stream may take; 0 where no limit is known
     * @param sentShare what is left of memory when it is compressed, 0 to 1
     */
    public static StreamShape of(
            MoveManner manner,
            VmLoad load,
            double sentShare,
            double bytesPerSecond,
            double rttMillis,
            StreamKinds source,
            StreamKinds target) {
        if (manner.kind() != MoveManner.Kind.LIVE) {
            return StreamShape.SINGLE;
        }
        if (manner.postCopy() != MoveManner.PostCopy.NEVER) {
            return StreamShape.POST_COPY;
        }
        int most = mostChannels(source, target);
        if (most == 0) {
            return StreamShape.SINGLE;
        }
        boolean can = source.compresses() && target.compresses();
        StreamShape compressed =
                StreamShape.compressed(channels(bytesPerSecond / sentShare, CHANNEL_BYTES_PER_SECOND, most));
        return switch (manner.compression()) {
            case ALWAYS -> can ? compressed : plain(bytesPerSecond, rttMillis, most);
            case NEVER -> plain(bytesPerSecond, rttMillis, most);
            case AUTO ->
                can && pays(load, sentShare, bytesPerSecond, compressed.channels())
                        ? compressed
                        : plain(bytesPerSecond, rttMillis, most);
        };
    }

    private static boolean pays(VmLoad load, double sentShare, double bytesPerSecond, int channels) {
        if (bytesPerSecond <= 0) {
            return false;
        }
        double plain = seconds(load, bytesPerSecond);
        double compressed = seconds(load, memoryBytesPerSecond(sentShare, bytesPerSecond, channels));
        return compressed < WORTHWHILE * plain && plain - compressed > LEAST_GAIN_SECONDS;
    }

    /** All rounds together, each as long as what the one before it has left to it; a guest that is as quick as its stream counts nearly so. */
    private static double seconds(VmLoad load, double memoryBytesPerSecond) {
        double gain = Math.max(memoryBytesPerSecond - load.dirtyBytesPerSecond(), LEAST_HEADWAY * memoryBytesPerSecond);
        return load.memoryBytes() / gain;
    }

    /** How fast guest memory goes over when it is compressed. */
    static double memoryBytesPerSecond(double sentShare, double bytesPerSecond, int channels) {
        return Math.min(bytesPerSecond / sentShare, channels * CHANNEL_BYTES_PER_SECOND);
    }

    /** More than one channel where that cannot fill the link. */
    private static StreamShape plain(double bytesPerSecond, double rttMillis, int most) {
        double each = ENCRYPTED_BYTES_PER_SECOND;
        if (rttMillis > 0) {
            each = Math.min(each, WINDOW_BYTES * 1e3 / rttMillis);
        }
        return new StreamShape(false, channels(bytesPerSecond, each, most), false);
    }

    /** What both hypervisors can; and half of the cores are the guests'. */
    private static int mostChannels(StreamKinds source, StreamKinds target) {
        int can = Math.min(source.channels(), target.channels());
        int cores = Math.min(source.cores(), target.cores());
        return Math.min(can, Math.clamp(cores / 2, 1, StreamShape.MOST_CHANNELS));
    }

    private static int channels(double bytesPerSecond, double each, int most) {
        return (int) Math.clamp(Math.ceil(bytesPerSecond / each), 1, most);
    }
}
