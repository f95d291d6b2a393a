package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall.VmLoad;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.hypervisor.StreamShape;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Forecasts moves: of a running guest, pre-copy as a geometric series (each round sends what the guest changed during the one before); of one without a process, each
 * byte once. Corrected by how earlier forecasts for the same VM compared with what was measured. Pure.
 */
public final class Forecaster {
    /** Where no limit is known. */
    static final long DEFAULT_BYTES_PER_SECOND = 100_000_000;

    /** Calls between hosts one after the other while the guest stands still: hand-over, owner, resume. */
    private static final double SWITCH_ROUND_TRIPS = 3;

    private static final double SWITCH_MILLIS = 40;
    /** What the steps before and after the stream take, beside their calls. */
    private static final double OTHER_SECONDS = 1.0;

    private static final double OTHER_ROUND_TRIPS = 20;
    private static final double BYTES_PER_GIGABYTE = 1e9;
    /** How much the newest measurement counts against all before it. */
    private static final double WEIGHT = 0.5;

    private static final double LEAST_RATIO = 0.02;
    private static final double GREATEST_RATIO = 20;

    private final List<MoveRecord> past;

    /** @param past moves, oldest first; those that settled and had a forecast are learned from */
    public Forecaster(List<MoveRecord> past) {
        this.past = List.copyOf(past);
    }

    /** Measured against forecast; 1 where a forecast was right. */
    record Correction(double seconds, double downtime, double memory, double disk) {}

    /** @param between how both ends can send and take memory; decides how it travels */
    public MoveForecast forecast(
            VmId vm, HostId target, VmLoad load, Links.Link link, MoveManner manner, Ends between) {
        double left = sentShare(vm, load.sentShare());
        StreamShape stream = StreamChoice.of(
                manner, load, left, link.streamBytesPerSecond(), link.rttMillis(), between.source(), between.target());
        return uncorrected(load, link, manner, stream, stream.compressed() ? left : 1)
                .corrected(correction(vm, target, manner.kind(), stream.compressed()));
    }

    /** Of a stream. */
    public record Ends(StreamKinds source, StreamKinds target) {
        /** Of which nothing is known: one connection. */
        public static final Ends UNKNOWN = new Ends(new StreamKinds(1, 0, false), new StreamKinds(1, 0, false));
    }

    static MoveForecast uncorrected(
            VmLoad load, Links.Link link, MoveManner manner, StreamShape stream, double sentShare) {
        double bandwidth = link.streamBytesPerSecond() > 0 ? link.streamBytesPerSecond() : DEFAULT_BYTES_PER_SECOND;
        double memoryRate = stream.compressed()
                ? StreamChoice.memoryBytesPerSecond(sentShare, bandwidth, stream.channels())
                : bandwidth;
        double share = load.dirtyBytesPerSecond() / memoryRate;
        boolean converges = share < 1;
        double memory = converges ? load.memoryBytes() / (1 - share) : load.memoryBytes();
        double residueMillis =
                Math.min(manner.downtimeLimitMillis(), 1e3 * load.memoryBytes() * Math.min(share, 1) / memoryRate);
        double seconds = OTHER_SECONDS
                + OTHER_ROUND_TRIPS * link.rttMillis() / 1e3
                + memory / memoryRate
                + load.diskBytes() / bandwidth;
        return new MoveForecast(
                seconds,
                manner.kind() == Kind.LIVE ? SWITCH_MILLIS + SWITCH_ROUND_TRIPS * link.rttMillis() + residueMillis : 0,
                Math.round(sentShare * memory),
                load.diskBytes(),
                (sentShare * memory + load.diskBytes()) / BYTES_PER_GIGABYTE * link.dollarsPerGigabyte(),
                converges,
                stream,
                sentShare,
                link.streamBytesPerSecond());
    }

    /** The sample's share, corrected by what compression has really left of this VM's memory before. */
    private double sentShare(VmId vm, double sampled) {
        double share = past.stream()
                .filter(move -> move.order().vm().equals(vm))
                .filter(move -> move.state() instanceof MoveState.Settled(MoveReport report)
                        && report.stream().shape().compressed())
                .reduce(
                        sampled,
                        (known, move) -> known
                                * Math.pow(
                                        measuredShare(move)
                                                / move.forecast()
                                                        .map(MoveForecast::sentShare)
                                                        .orElse(known),
                                        WEIGHT),
                        (one, other) -> other);
        return Math.clamp(share, LEAST_RATIO, 1);
    }

    private static double measuredShare(MoveRecord move) {
        return move.state() instanceof MoveState.Settled(MoveReport report)
                ? report.stream().sentShare(report.memoryBytes())
                : 1;
    }

    /**
     * From the moves of {@code vm} to {@code target}; from all of its moves of this kind where there were none. What was
     * compressed teaches nothing of what is not.
     */
    private Correction correction(VmId vm, HostId target, Kind kind, boolean compressed) {
        List<MoveRecord> ofVm = past.stream()
                .filter(move ->
                        move.order().vm().equals(vm) && move.order().manner().kind() == kind)
                .filter(move -> move.state() instanceof MoveState.Settled
                        && move.forecast()
                                .filter(made -> made.stream().compressed() == compressed)
                                .isPresent())
                .toList();
        List<MoveRecord> there = ofVm.stream()
                .filter(move -> move.order().target().equals(target))
                .toList();
        List<MoveRecord> relevant = there.isEmpty() ? ofVm : there;
        return new Correction(
                learn(relevant, report -> report.totalMillis() / 1e3, MoveForecast::seconds),
                learn(relevant, report -> report.times().stoppedMillis(), MoveForecast::downtimeMillis),
                learn(relevant, MoveReport::memoryBytes, MoveForecast::memoryBytes),
                learn(relevant, MoveReport::diskBytes, MoveForecast::diskBytes));
    }

    /** The forecasts themselves were corrected, so each ratio corrects the correction before it. */
    private static double learn(
            List<MoveRecord> moves, ToDoubleFunction<MoveReport> measured, ToDoubleFunction<MoveForecast> forecast) {
        double factor = 1;
        for (MoveRecord move : moves) {
            if (move.state() instanceof MoveState.Settled(MoveReport report)) {
                double expected = forecast.applyAsDouble(move.forecast().orElseThrow());
                double found = measured.applyAsDouble(report);
                if (expected > 0 && found > 0) {
                    factor *= Math.pow(found / expected, WEIGHT);
                }
            }
        }
        return Math.clamp(factor, LEAST_RATIO, GREATEST_RATIO);
    }
}
