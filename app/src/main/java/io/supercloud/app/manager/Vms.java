package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.core.HostId;
import io.supercloud.core.ImageId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.MacAddress;
import io.supercloud.core.Owner;
import io.supercloud.core.Registry;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.image.AtRisk;
import io.supercloud.migration.CheckpointRecord;
import io.supercloud.migration.CpuBaseline;
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.HostUnreachableException;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.PortRecord;
import io.supercloud.migration.SnapshotRecord;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.VmSpec;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The life of VMs: what the user wants is written first, then the host is asked to follow. */
final class Vms {
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    private static final long BLOCK_BYTES = 4096;
    /** The first addresses of a network stay free for routers and services. */
    private static final int FIRST_ADDRESS = 256;

    private final DeploymentConfig config;
    private final Registry registry;
    private final Owners owners;
    private final HostAgent.Directory hosts;
    private final AliveHosts alive;
    private final Images images;
    private final Standbys standbys;
    private final Quotas quotas;
    private final InstantSource clock;

    Vms(
            DeploymentConfig config,
            Registry registry,
            HostAgent.Directory hosts,
            Images images,
            Standbys standbys,
            InstantSource clock) {
        this.config = config;
        this.registry = registry;
        this.owners = new Owners(registry);
        this.hosts = hosts;
        this.alive = new AliveHosts(registry);
        this.images = images;
        this.standbys = standbys;
        this.quotas = new Quotas(config, registry);
        this.clock = clock;
    }

    /** Copies of their disks at other sites. */
    Standbys standbys() {
        return standbys;
    }

    Answers.Vm run(ControlRequest.RunVm request, Consumer<String> progress) {
        Optional<VmId> known = find(request.vm());
        if (known.isPresent()) {
            return start(known.get(), progress);
        }
        ImageId image = request.image()
                .orElseThrow(() -> new InvalidValueException(
                        "VM %s is new: say which image it boots with --image".formatted(request.vm())));
        long imageBytes = images.require(image).sizeBytes();
        long diskBytes = request.diskBytes() == 0 ? roundUp(imageBytes) : request.diskBytes();
        if (diskBytes < imageBytes || diskBytes % BLOCK_BYTES != 0) {
            throw new InvalidValueException(
                    "a disk of %d bytes does not hold image %s: give a multiple of %d, at least %d"
                            .formatted(diskBytes, image, BLOCK_BYTES, roundUp(imageBytes)));
        }
        request.network().filter(name -> !name.equals(config.network().name())).ifPresent(name -> {
            throw new InvalidValueException("there is no network %s; there is %s"
                    .formatted(name, config.network().name()));
        });
        HostRecord host = hostAt(request.site());
        String machine = hosts.of(host.host()).call(new HostCall.DescribeHost()).machine();
        Ipv4 address = request.address().map(this::requireFree).orElseGet(this::freeAddress);
        VmSpec spec = new VmSpec(
                freeId(request.vm()),
                image,
                request.memoryMiB(),
                request.vcpus(),
                diskBytes,
                config.network().name(),
                address,
                MacAddress.of(address),
                machine,
                cpuModel(),
                request.userData(),
                request.protection()
                        .or(() -> new SlicePolicies(config).protection(request.vm()))
                        .orElse(config.protection()));
        quotas.require(spec, host.host());
        Duration unused = request.suspendAfter().orElse(config.suspendAfter());
        VmRecord record = new VmRecord(spec, VmRecord.Desired.RUNNING)
                .named(request.vm().value())
                .sleepingAfter(Optional.of(unused).filter(Duration::isPositive));
        create(record, new Owner(host.host(), 1));
        progress.accept("VM %s boots on %s".formatted(spec.id(), host.host()));
        try {
            hosts.of(host.host()).call(new HostCall.RunVm(spec, new Owner(host.host(), 1)), BOOT_LIMIT);
        } catch (MigrationException e) {
            forget(spec.id(), host.host());
            throw e;
        }
        return require(spec.id());
    }

    Quotas quotas() {
        return quotas;
    }

    /** The VMs whose disks show this image where they were never written. */
    List<VmId> basedOn(ImageId image) {
        return registry.children(Paths.VMS).values().stream()
                .map(entry -> Json.read(entry, VmRecord.class).spec())
                .filter(spec -> spec.image().equals(image))
                .map(VmSpec::id)
                .toList();
    }

    /** It may be moved to any of the hosts that there are now. */
    private String cpuModel() {
        return CpuBaseline.of(alive.all().stream()
                .map(host -> hosts.of(host.host())
                        .call(new HostCall.DescribeHost())
                        .guests()
                        .cpuModels())
                .toList());
    }

    private static long roundUp(long bytes) {
        return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    /** The id of a new VM: its name, unless a VM that was renamed has that for its id. */
    VmId freeId(VmId name) {
        VmId id = name;
        for (int number = 2; registry.read(Paths.vm(id)).isPresent(); number++) {
            id = new VmId(name + "-" + number);
        }
        return id;
    }

    void create(VmRecord record, Owner first) {
        VmSpec spec = record.spec();
        registry.create(Paths.vm(spec.id()), Json.write(record));
        owners.first(spec.id().value(), first.host(), first.epoch());
        registry.create(
                Paths.port(spec.id().value()),
                Json.write(PortRecord.resting(spec.id().value(), spec.network(), spec.mac(), spec.address())));
    }

    /** Only a VM that does not run takes its new sizes. */
    private Answers.Vm start(VmId vm, Consumer<String> progress) {
        Registry.Entry entry = record(vm);
        VmRecord record = Json.read(entry, VmRecord.class);
        VmRecord next = switch (record.desired()) {
            case STOPPED -> record.booting();
            case RUNNING -> record;
            case PAUSED, SUSPENDED, ASLEEP ->
                throw new MigrationException(
                        "VM %1$s is %2$s: 'supercloud vm resume %1$s' lets it go on, 'supercloud vm stop %1$s' gives its memory up"
                                .formatted(record.name(), text(record.desired())));
        };
        boot(entry, next, progress);
        return require(vm);
    }

    void boot(Registry.Entry entry, VmRecord next, Consumer<String> progress) {
        VmId vm = next.spec().id();
        Owner owner = owner(vm);
        quotas.require(next.spec(), owner.host());
        registry.replace(entry, Json.write(next));
        progress.accept("VM %s boots on %s".formatted(next.name(), owner.host()));
        hosts.of(owner.host()).call(new HostCall.RunVm(next.spec(), owner), BOOT_LIMIT);
    }

    static String text(VmRecord.Desired desired) {
        return desired.name().toLowerCase(Locale.ROOT);
    }

    /** The id of the VM that is called so now. */
    Optional<VmId> find(VmId name) {
        return registry.children(Paths.VMS).values().stream()
                .map(entry -> Json.read(entry, VmRecord.class))
                .filter(record -> record.name().equals(name.value()))
                .map(record -> record.spec().id())
                .findFirst();
    }

    VmId idOf(VmId name) {
        return find(name)
                .orElseThrow(() -> new MigrationException("there is no VM %s; see 'supercloud vm ls'".formatted(name)));
    }

    Owner owner(VmId vm) {
        return owners.find(vm.value()).orElseThrow(() -> new MigrationException("there is no VM %s".formatted(vm)));
    }

    /** The host at a site, or the first one, that is alive and will stay so. */
    HostRecord hostAt(Optional<SiteId> site) {
        site.ifPresent(config::site);
        return alive.lasting().stream()
                .filter(host -> site.map(host.site()::equals).orElse(true))
                .findFirst()
                .orElseThrow(() -> new MigrationException("no host is alive%s that will stay; see 'supercloud status'"
                        .formatted(site.map(wanted -> " at " + wanted).orElse(""))));
    }

    /** A free address of the network; ports of VMs and of clients, and stubs, hold theirs. */
    Ipv4 freeAddress() {
        Set<Ipv4> taken = registry.children(Paths.PORTS).values().stream()
                .map(entry -> Json.read(entry, PortRecord.class).address())
                .collect(Collectors.toSet());
        config.stubs().forEach(stub -> taken.add(stub.address()));
        long first = Math.min(FIRST_ADDRESS, config.network().subnet().size() / 2);
        for (long offset = first + 1; offset < config.network().subnet().size() - 1; offset++) {
            Ipv4 candidate = config.network().subnet().base().plus((int) offset);
            if (!taken.contains(candidate)) {
                return candidate;
            }
        }
        throw new MigrationException(
                "network %s has no free address".formatted(config.network().name()));
    }

    private Ipv4 requireFree(Ipv4 address) {
        boolean taken = registry.children(Paths.PORTS).values().stream()
                        .anyMatch(entry ->
                                Json.read(entry, PortRecord.class).address().equals(address))
                || config.stubs().stream().anyMatch(stub -> stub.address().equals(address));
        if (taken || !config.network().subnet().contains(address)) {
            throw new InvalidValueException("address %s is taken or not in subnet %s: leave it out for a free one"
                    .formatted(address, config.network().subnet()));
        }
        return address;
    }

    Answers.Vm stop(VmId vm, boolean force) {
        Registry.Entry entry = record(vm);
        registry.replace(entry, Json.write(Json.read(entry, VmRecord.class).wanting(VmRecord.Desired.STOPPED)));
        hosts.of(owner(vm).host()).call(new HostCall.StopVm(vm, force), STOP_LIMIT);
        return require(vm);
    }

    Registry.Entry record(VmId vm) {
        return registry.read(Paths.vm(vm))
                .orElseThrow(() -> new MigrationException("there is no VM %s; see 'supercloud vm ls'".formatted(vm)));
    }

    void remove(VmId vm) {
        record(vm);
        alive.all().forEach(host -> hosts.of(host.host()).call(new HostCall.EraseVm(vm), STOP_LIMIT));
        forget(vm, owner(vm).host());
    }

    void forget(VmId vm, HostId host) {
        registry.children(Paths.SNAPSHOTS).values().stream()
                .filter(entry ->
                        Json.read(entry, SnapshotRecord.class).spec().id().equals(vm))
                .forEach(registry::delete);
        registry.read(Paths.vm(vm)).ifPresent(registry::delete);
        registry.read(Paths.port(vm.value())).ifPresent(registry::delete);
        owners.forget(vm.value());
        try {
            hosts.of(host).call(new HostCall.EraseVm(vm), STOP_LIMIT);
        } catch (HostUnreachableException gone) {
            throw new MigrationException(
                    "VM %s is forgotten, but host %s did not answer; it cleans up when it is back".formatted(vm, host),
                    gone);
        }
    }

    /** The VMs that a host runs or keeps. */
    List<VmRecord> on(HostId host) {
        return registry.children(Paths.VMS).values().stream()
                .map(entry -> Json.read(entry, VmRecord.class))
                .filter(record -> owners.find(record.spec().id().value())
                        .filter(owner -> owner.host().equals(host))
                        .isPresent())
                .toList();
    }

    private Optional<SiteId> siteOf(HostId host) {
        return registry.read(Paths.host(host))
                .map(entry -> Json.read(entry, HostRecord.class).site());
    }

    /** Where each VM is, by its present name; asks no host. */
    Map<VmId, SiteId> places() {
        Map<VmId, SiteId> places = new LinkedHashMap<>();
        for (Registry.Entry entry : new TreeMap<>(registry.children(Paths.VMS)).values()) {
            VmRecord record = Json.read(entry, VmRecord.class);
            owners.find(record.spec().id().value())
                    .flatMap(owner -> siteOf(owner.host()))
                    .ifPresent(site -> places.put(new VmId(record.name()), site));
        }
        return places;
    }

    List<Answers.Vm> list() {
        return new TreeMap<>(registry.children(Paths.VMS))
                .values().stream()
                        .map(entry -> answer(Json.read(entry, VmRecord.class)))
                        .toList();
    }

    Answers.Vm require(VmId vm) {
        return answer(Json.read(record(vm), VmRecord.class));
    }

    private Answers.Vm answer(VmRecord record) {
        VmSpec spec = record.spec();
        Optional<Owner> owner = owners.find(spec.id().value());
        Optional<HostCall.VmStatus> status = owner.flatMap(known -> status(known.host(), spec.id()));
        String host = owner.map(known -> known.host().value()).orElse("");
        String site =
                owner.flatMap(known -> siteOf(known.host())).map(SiteId::value).orElse("");
        return new Answers.Vm(
                new VmId(record.name()),
                status.map(HostCall.VmStatus::state)
                        .map(state ->
                                state.equals("stopped") && record.desired().hasSavedMemory()
                                        ? text(record.desired())
                                        : state)
                        .orElse("unknown"),
                host,
                site,
                owner.map(Owner::epoch).orElse(0L),
                spec.address(),
                spec.memoryMiB(),
                spec.vcpus(),
                spec.image(),
                status.map(HostCall.VmStatus::missingBlocks).orElse(0L),
                status.map(HostCall.VmStatus::atRisk).orElse(AtRisk.NOTHING),
                standbys.of(spec.id()),
                record.atNextBoot()
                        .map(next -> "%d MiB of memory, %d CPUs, %d MiB of disk"
                                .formatted(next.memoryMiB(), next.vcpus(), next.diskBytes() >> 20))
                        .orElse(""),
                CheckpointRecord.find(registry, spec.id())
                        .map(last -> Math.max(
                                0,
                                Duration.between(last.taken(), clock.instant()).toSeconds())));
    }

    private Optional<HostCall.VmStatus> status(HostId host, VmId vm) {
        try {
            return hosts.of(host).call(new HostCall.ListVms()).vms().stream()
                    .filter(status -> status.vm().equals(vm))
                    .findFirst();
        } catch (HostUnreachableException silent) {
            return Optional.empty();
        }
    }

    /** A port for a client in a namespace of the machine; its owner never changes. */
    Answers.Client attachClient(ControlRequest.AttachClient request) {
        HostRecord host = hostAt(Optional.of(request.site()));
        Ipv4 address = freeAddress();
        owners.first(request.name(), host.host());
        registry.create(
                Paths.port(request.name()),
                Json.write(
                        PortRecord.resting(request.name(), config.network().name(), MacAddress.of(address), address)));
        hosts.of(host.host())
                .call(new HostCall.AttachEndpoint(
                        request.name(), request.namespace(), config.network().name(), MacAddress.of(address), address));
        return new Answers.Client(request.name(), address, host.host().value());
    }
}
