package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.DeploymentConfig.Site;
import io.supercloud.core.Events;
import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.migration.ConsoleText;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Paths;
import io.supercloud.migration.StubRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Carries out what the command line asks. */
final class Control implements ControlServer.Handler {
    /** Kept events come at once; after this much silence all of them have. */
    private static final long KEPT_EVENTS_QUIET_MILLIS = 300;
    /** More decisions than these nobody reads; the log has them all. */
    private static final int MOST_DECISIONS = 10;

    private final DeploymentConfig config;
    private final DeploymentDirectory directory;
    private final Registry registry;
    private final Events events;
    private final HostAgent.Directory hosts;
    private final AliveHosts alive;
    private final Fleet fleet;
    private final Images images;
    private final Vms vms;
    private final Moves moves;
    private final Evacuations evacuations;
    private final VmLife life;
    private final Metrics metrics;

    Control(
            DeploymentConfig config,
            DeploymentDirectory directory,
            Registry registry,
            Events events,
            HostAgent.Directory hosts,
            Fleet fleet,
            Images images,
            Vms vms,
            Moves moves,
            Evacuations evacuations,
            VmLife life,
            Metrics metrics) {
        this.config = config;
        this.directory = directory;
        this.registry = registry;
        this.events = events;
        this.hosts = hosts;
        this.alive = new AliveHosts(registry);
        this.fleet = fleet;
        this.images = images;
        this.vms = vms;
        this.moves = moves;
        this.evacuations = evacuations;
        this.life = life;
        this.metrics = metrics;
    }

    @Override
    public Object handle(ControlRequest request, ControlServer.Reply reply) throws IOException {
        return switch (request) {
            case ControlRequest.Launch ignored -> {
                fleet.launch(reply::progress);
                yield status();
            }
            case ControlRequest.Status ignored -> status();
            case ControlRequest.TearDown ignored -> fleet.tearDown(reply::progress);
            case ControlRequest.ImportImage image -> images.importFile(image, reply::progress);
            case ControlRequest.ExportImage export ->
                images.export(export.image(), Path.of(export.file()), export.format(), reply::progress);
            case ControlRequest.RemoveImage remove -> {
                images.remove(remove.image(), vms.basedOn(remove.image()));
                yield remove.image().value();
            }
            case ControlRequest.ListImages ignored -> images.list(vms.list());
            case ControlRequest.RunVm run -> life.run(run, reply::progress);
            case ControlRequest.ListVms ignored -> vms.list();
            case ControlRequest.StopVm stop -> vms.stop(vms.idOf(stop.vm()), stop.force());
            case ControlRequest.OfDisk disk -> tend(disk, vms.idOf(disk.vm()));
            case ControlRequest.ChangeVm change -> life.change(vms.idOf(change.vm()), change.change());
            case ControlRequest.ResumeVm resume ->
                life.resume(vms.idOf(resume.vm()), resume.on(), resume.fromDisk(), reply::progress);
            case ControlRequest.TakeSnapshot take -> life.snapshot(vms.idOf(take.vm()), take.snapshot());
            case ControlRequest.ListSnapshots list -> life.snapshots(vms.idOf(list.vm()));
            case ControlRequest.DeleteSnapshot delete -> life.deleteSnapshot(vms.idOf(delete.vm()), delete.snapshot());
            case ControlRequest.RestoreSnapshot restore -> life.restore(vms.idOf(restore.vm()), restore.snapshot());
            case ControlRequest.CloneVm clone ->
                life.clone(vms.idOf(clone.vm()), clone.snapshot(), clone.to(), reply::progress);
            case ControlRequest.RenameVm rename -> life.rename(vms.idOf(rename.vm()), rename.to());
            case ControlRequest.ResizeVm resize -> life.resize(resize, vms.idOf(resize.vm()));
            case ControlRequest.RemoveVm remove -> {
                vms.remove(vms.idOf(remove.vm()));
                yield remove.vm().value();
            }
            case ControlRequest.ReadConsole read -> console(vms.idOf(read.vm()), read.offset());
            case ControlRequest.TypeConsole type -> type(type);
            case ControlRequest.Move move ->
                move.plan()
                        ? moves.plan(vms.idOf(move.vm()), move.to(), move.manner())
                        : moves.move(vms.idOf(move.vm()), move.to(), move.reason(), move.manner(), reply::progress);
            case ControlRequest.ListMoves list -> moves.of(vms.idOf(list.vm()));
            case ControlRequest.CancelMove cancel -> {
                moves.cancel(cancel.move());
                yield cancel.move().value();
            }
            case ControlRequest.LimitMove limit -> {
                moves.limit(limit.move(), limit.bytesPerSecond());
                yield limit.move().value();
            }
            case ControlRequest.MoveTimeline timeline -> moves.timeline(timeline.move());
            case ControlRequest.Why why -> why(why.vm());
            case ControlRequest.Evacuate evacuate ->
                evacuate.plan()
                        ? evacuations.plan(evacuate.host(), evacuate.deadline())
                        : evacuations.evacuate(evacuate.host(), evacuate.deadline(), reply::progress);
            case ControlRequest.Reclaim reclaim ->
                new LocalReclaim(config, directory)
                        .reclaim(reclaim.host(), Duration.ofSeconds(reclaim.noticeSeconds()));
            case ControlRequest.FollowEvents follow -> follow(follow, reply);
            case ControlRequest.ReadMetrics read -> metrics.text(read.host().map(alive::named));
            case ControlRequest.AttachClient attach -> vms.attachClient(attach);
            case ControlRequest.ReplayMarket replay ->
                new MarketReplay(config, directory, alive, vms, moves, replay).run(reply::progress);
        };
    }

    private Object tend(ControlRequest.OfDisk request, VmId vm) {
        return switch (request) {
            case ControlRequest.KeepStandby keep -> {
                vms.standbys().want(vm, keep.site(), keep.within());
                yield vms.require(vm);
            }
            case ControlRequest.EndStandby ignored -> {
                vms.standbys().end(vm);
                yield vms.require(vm);
            }
            case ControlRequest.PaceDisk pace -> life.pace(vm, pace.bytesPerSecond());
            case ControlRequest.ScrubVm ignored -> life.scrub(vm);
        };
    }

    private Answers.Status status() {
        List<HostRecord> hosts = alive.all();
        return new Answers.Status(
                config.name(),
                moves.driverName(),
                config.sites().stream().map(site -> host(site, hosts)).toList(),
                vms.list(),
                registry.children(Paths.STUBS).values().stream()
                        .map(entry -> Json.read(entry, StubRecord.class))
                        .map(stub -> "%s at %s:%d, bound to %s"
                                .formatted(stub.name(), stub.address(), stub.tcpPort(), stub.site()))
                        .toList());
    }

    private Answers.Host host(Site site, List<HostRecord> known) {
        HostId host = Fleet.hostOf(site.id());
        return known.stream()
                .filter(record -> record.host().equals(host))
                .findFirst()
                .map(this::describe)
                .orElseGet(() -> new Answers.Host(
                        host.value(),
                        site.id().value(),
                        registry.read(Paths.host(host)).isPresent() ? "silent" : "absent",
                        "",
                        "",
                        "",
                        List.of()));
    }

    private Answers.Host describe(HostRecord host) {
        try {
            HostCall.HostFacts facts = hosts.of(host.host()).call(new HostCall.DescribeHost());
            return new Answers.Host(
                    host.host().value(),
                    host.site().value(),
                    "alive",
                    host.underlay().toString(),
                    facts.hypervisor(),
                    facts.accelerator(),
                    facts.problems());
        } catch (MigrationException e) {
            return new Answers.Host(
                    host.host().value(),
                    host.site().value(),
                    "silent",
                    host.underlay().toString(),
                    "",
                    "",
                    List.of(e.getMessage()));
        }
    }

    private Answers.Console console(VmId vm, long offset) {
        ConsoleText text = hosts.of(vms.owner(vm).host()).call(new HostCall.ReadConsole(vm, offset));
        return new Answers.Console(
                text.offset(),
                new String(text.text(), StandardCharsets.ISO_8859_1),
                text.offset() + text.text().length);
    }

    private Answers.Why why(VmId name) {
        List<Answers.Decided> decided = new DecisionLog(directory.decisions())
                .last(name, MOST_DECISIONS).stream()
                        .map(DecisionLog.Entry::told)
                        .toList();
        return moves.why(vms.idOf(name), decided);
    }

    private Object type(ControlRequest.TypeConsole type) {
        VmId vm = vms.idOf(type.vm());
        return hosts.of(vms.owner(vm).host())
                .call(new HostCall.TypeConsole(vm, type.text().getBytes(StandardCharsets.UTF_8)));
    }

    /** Without {@code follow} it ends when no more of the kept events come. */
    private Object follow(ControlRequest.FollowEvents request, ControlServer.Reply reply) {
        CountDownLatch clientGone = new CountDownLatch(1);
        AtomicLong seen = new AtomicLong();
        try (Registry.Subscription ignored = events.follow(request.after(), numbered -> {
            try {
                seen.set(numbered.number());
                reply.event(Map.of("number", numbered.number(), "event", numbered.event()));
            } catch (SupercloudException gone) {
                clientGone.countDown();
            }
        })) {
            if (request.follow()) {
                clientGone.await();
            } else {
                long before = -1;
                while (before != seen.get()) {
                    before = seen.get();
                    clientGone.await(KEPT_EVENTS_QUIET_MILLIS, TimeUnit.MILLISECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return seen.get();
    }
}
