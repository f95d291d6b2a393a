package io.supercloud.app.manager;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Gauge;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.supercloud.core.HostId;
import io.supercloud.core.MoveId;
import io.supercloud.core.Registry;
import io.supercloud.migration.CheckpointRecord;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostCall.TransferStatus;
import io.supercloud.migration.HostFigures;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.MoveDriver;
import io.supercloud.migration.MoveReport;
import io.supercloud.migration.MoveState;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Figures in the text format of Prometheus. The manager's own are kept as they happen; agents are asked for what they know
 * without asking a hypervisor, so that no scrape disturbs a move.
 */
final class Metrics {
    /** An agent that has not answered by then is told of as silent. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(2);

    private static final double[] STOPPED_SECONDS = {0.025, 0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4};
    private static final double[] WHOLE_SECONDS = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final List<String> WATCHED = List.of(
            Paths.HOSTS, Paths.ALIVE, Paths.NOTICES, Paths.VMS, Paths.OWNERS, Paths.CHECKPOINTS, Paths.STANDBYS);

    private final HostAgent.Directory hosts;
    private final InstantSource clock;
    private final Standbys standbys;
    /** What was in the registry last, by path. */
    private final Map<String, Map<String, Registry.Entry>> seen = new ConcurrentHashMap<>();

    private final Map<MoveId, MoveDriver.Progress> underWay = new ConcurrentHashMap<>();
    private final PrometheusRegistry lasting = new PrometheusRegistry();
    private final Counter ended = Counter.builder()
            .name("supercloud_moves")
            .help("Moves that have ended since the manager began.")
            .labelNames("outcome")
            .register(lasting);
    private final Counter bytes = Counter.builder()
            .name("supercloud_move_bytes")
            .help("Bytes that settled moves have sent.")
            .labelNames("part")
            .register(lasting);
    private final Histogram stopped = histogram(
            "supercloud_move_stopped_seconds", "How long guests stood still in settled moves.", STOPPED_SECONDS);
    private final Histogram whole =
            histogram("supercloud_move_seconds", "How long settled moves took in all.", WHOLE_SECONDS);

    private final Gauge evacuations =
            gauge(lasting, "supercloud_evacuations_under_way", "Hosts that are being emptied.");

    Metrics(Registry registry, HostAgent.Directory hosts, Standbys standbys, InstantSource clock) {
        this.hosts = hosts;
        this.standbys = standbys;
        this.clock = clock;
        for (String path : WATCHED) {
            seen.put(path, Map.of());
            registry.watch(path, entries -> seen.put(path, entries));
        }
    }

    private Histogram histogram(String name, String help, double... upperBounds) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .classicOnly()
                .classicUpperBounds(upperBounds)
                .register(lasting);
    }

    /** Takes a move's progress in. */
    void moved(MoveDriver.Progress progress) {
        MoveId move = progress.move().order().move();
        switch (progress.move().state()) {
            case MoveState.Settled(MoveReport report) -> {
                underWay.remove(move);
                ended.labelValues("settled").inc();
                bytes.labelValues("memory").inc(report.memoryBytes());
                bytes.labelValues("disk").inc(report.diskBytes());
                stopped.observe(report.times().stoppedMillis() / MILLIS_PER_SECOND);
                whole.observe(report.totalMillis() / MILLIS_PER_SECOND);
            }
            case MoveState.Failed ignored -> {
                underWay.remove(move);
                ended.labelValues("failed").inc();
            }
            default -> underWay.put(move, progress);
        }
    }

    void evacuating(int underWayNow) {
        evacuations.set(underWayNow);
    }

    /** All figures, or those of one host's agent alone. */
    String text(Optional<HostId> only) {
        PrometheusRegistry now = new PrometheusRegistry();
        List<HostRecord> alive = records(Paths.ALIVE, HostRecord.class);
        tellAgents(
                now,
                alive.stream()
                        .map(HostRecord::host)
                        .filter(host -> only.isEmpty() || only.get().equals(host))
                        .toList());
        if (only.isPresent()) {
            return written(now);
        }
        tellMoves(now);
        tellHosts(now, alive);
        tellVms(now);
        tellStandbys(now);
        return written(lasting) + written(now);
    }

    private <T> List<T> records(String path, Class<T> type) {
        return seen.get(path).values().stream()
                .map(entry -> Json.read(entry, type))
                .toList();
    }

    private static Gauge gauge(PrometheusRegistry now, String name, String help, String... labels) {
        return Gauge.builder().name(name).help(help).labelNames(labels).register(now);
    }

    private void tellMoves(PrometheusRegistry now) {
        Gauge moves = gauge(now, "supercloud_moves_under_way", "Moves by what they have come to.", "state");
        Gauge sent = gauge(now, "supercloud_stream_sent_bytes", "Of a memory stream.", "move", "vm");
        Gauge remaining =
                gauge(now, "supercloud_stream_remaining_bytes", "Of a memory stream, as last told.", "move", "vm");
        for (MoveDriver.Progress progress : underWay.values()) {
            moves.labelValues(progress.move().state().name()).inc();
            if (progress.streaming() instanceof TransferStatus.Streaming streaming) {
                String move = progress.move().order().move().value();
                String vm = progress.move().order().vm().value();
                sent.labelValues(move, vm).set(streaming.sentBytes());
                remaining.labelValues(move, vm).set(streaming.remainingBytes());
            }
        }
    }

    private void tellHosts(PrometheusRegistry now, List<HostRecord> alive) {
        Gauge living = gauge(now, "supercloud_host_alive", "Whether a host's agent holds its lease.", "host", "site");
        for (HostRecord host : records(Paths.HOSTS, HostRecord.class)) {
            living.labelValues(host.host().value(), host.site().value()).set(alive.contains(host) ? 1 : 0);
        }
        gauge(now, "supercloud_hosts_under_notice", "Hosts that their clouds will take away.")
                .set(seen.get(Paths.NOTICES).size());
    }

    private void tellVms(PrometheusRegistry now) {
        Gauge vms = gauge(now, "supercloud_vms", "VMs by host and by what their users want.", "host", "wanted");
        for (VmRecord record : records(Paths.VMS, VmRecord.class)) {
            String host = Optional.ofNullable(
                            seen.get(Paths.OWNERS).get(record.spec().id().value()))
                    .map(entry -> Owners.decode(entry).host().value())
                    .orElse("");
            vms.labelValues(host, Vms.text(record.desired())).inc();
        }
        Gauge age = gauge(now, "supercloud_vm_checkpoint_age_seconds", "Since the last checkpoint of a VM.", "vm");
        Gauge stood =
                gauge(now, "supercloud_vm_checkpoint_stopped_seconds", "How long the guest stood still for it.", "vm");
        for (CheckpointRecord last : records(Paths.CHECKPOINTS, CheckpointRecord.class)) {
            String vm = last.spec().id().value();
            age.labelValues(vm)
                    .set(Duration.between(last.taken(), clock.instant()).toMillis() / MILLIS_PER_SECOND);
            stood.labelValues(vm).set(last.stoppedMillis() / MILLIS_PER_SECOND);
        }
    }

    private void tellStandbys(PrometheusRegistry now) {
        Gauge lag = gauge(now, "supercloud_vm_standby_lag_seconds", "Of the copy of a VM's disk.", "vm", "site");
        for (StandbyRecord record : records(Paths.STANDBYS, StandbyRecord.class)) {
            lag.labelValues(record.vm().value(), record.site().value())
                    .set(standbys.of(record).lagMillis() / MILLIS_PER_SECOND);
        }
    }

    private void tellAgents(PrometheusRegistry now, List<HostId> asked) {
        Gauge answers = gauge(now, "supercloud_host_answers", "Whether an agent has answered this scrape.", "host");
        Function<String, Gauge> ofVm = name -> gauge(now, name, "As the agent knows it.", "host", "vm", "role");
        Gauge processes = ofVm.apply("supercloud_vm_process");
        Gauge missing = ofVm.apply("supercloud_vm_missing_blocks");
        Gauge fetched = ofVm.apply("supercloud_vm_fetched_bytes");
        Gauge riskBytes = ofVm.apply("supercloud_vm_at_risk_bytes");
        Gauge riskSeconds = ofVm.apply("supercloud_vm_at_risk_seconds");
        CompletableFuture.allOf(asked.stream()
                        .map(host -> CompletableFuture.runAsync(
                                () -> {
                                    Optional<HostFigures> figures = figures(host);
                                    answers.labelValues(host.value()).set(figures.isPresent() ? 1 : 0);
                                    figures.stream()
                                            .flatMap(found -> found.vms().stream())
                                            .forEach(vm -> {
                                                String[] labels = {
                                                    host.value(), vm.vm().value(), vm.role()
                                                };
                                                processes.labelValues(labels).set(vm.process() ? 1 : 0);
                                                missing.labelValues(labels).set(vm.missingBlocks());
                                                fetched.labelValues(labels).set(vm.fetchedBytes());
                                                riskBytes
                                                        .labelValues(labels)
                                                        .set(vm.atRisk().bytes());
                                                riskSeconds
                                                        .labelValues(labels)
                                                        .set(vm.atRisk().lagMillis() / MILLIS_PER_SECOND);
                                            });
                                },
                                Thread::startVirtualThread))
                        .toArray(CompletableFuture[]::new))
                .join();
    }

    private Optional<HostFigures> figures(HostId host) {
        try {
            return Optional.of(hosts.of(host).call(new HostCall.ReadFigures(), ANSWER_LIMIT));
        } catch (MigrationException silent) {
            return Optional.empty();
        }
    }

    private static String written(PrometheusRegistry figures) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            PrometheusTextFormatWriter.create().write(text, figures.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException("figures cannot be written", e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
