package io.supercloud.app.manager;

import io.supercloud.migration.HostCall.TransferStatus.Streaming;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** What a user is told of a memory stream: once a second, and never that less is done than before. */
final class StreamText {
    static final Duration PAUSE = Duration.ofSeconds(1);
    private static final double BYTES_PER_MIB = 1 << 20;

    private Optional<Long> toldNanos = Optional.empty();
    private double done;

    /** @param nowNanos of any clock that does not go back */
    Optional<String> after(Streaming stream, long nowNanos) {
        long whole = stream.sentBytes() + stream.remainingBytes();
        if (whole > 0) {
            done = Math.max(done, (double) stream.sentBytes() / whole);
        }
        if (whole == 0
                || toldNanos.filter(told -> nowNanos - told < PAUSE.toNanos()).isPresent()) {
            return Optional.empty();
        }
        boolean first = toldNanos.isEmpty();
        toldNanos = Optional.of(nowNanos);
        return first ? Optional.empty() : Optional.of(text(stream));
    }

    private String text(Streaming stream) {
        String left = stream.bytesPerSecond() > 0
                ? String.format(
                        Locale.ROOT, ", %.0f s left in this round", stream.remainingBytes() / stream.bytesPerSecond())
                : "";
        return String.format(
                Locale.ROOT,
                "%3.0f %% of the memory, %.0f MiB sent at %.0f MiB/s%s",
                100 * done,
                stream.sentBytes() / BYTES_PER_MIB,
                stream.bytesPerSecond() / BYTES_PER_MIB,
                left);
    }
}
