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
import io.supercloud.migration.HostAgent;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.HostUnreachableException;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Owners;
import io.supercloud.migration.Paths;
import io.supercloud.migration.PortRecord;
import io.supercloud.migration.VmRecord;
import io.supercloud.migration.VmSpec;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** The life of VMs: what the user wants is written first, then the host is asked to follow. */
final class Vms {
    private static final Duration BOOT_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
    private static final String CPU_MODEL = "Nehalem";
    private static final long BLOCK_BYTES = 4096;
    /** The first addresses of a network stay free for routers and services. */
    private static final int FIRST_ADDRESS = 256;

    private final DeploymentConfig config;
    private final Registry registry;
    private final Owners owners;
    private final HostAgent.Directory hosts;
    private final Fleet fleet;
    private final Images images;

    Vms(DeploymentConfig config, Registry registry, HostAgent.Directory hosts, Fleet fleet, Images images) {
        this.config = config;
        this.registry = registry;
        this.owners = new Owners(registry);
        this.hosts = hosts;
        this.fleet = fleet;
        this.images = images;
    }

    Answers.Vm run(ControlRequest.RunVm request, Consumer<String> progress) {
        Optional<Registry.Entry> known = registry.read(Paths.vm(request.vm()));
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
        HostRecord host = hostAt(request.site());
        String machine = hosts.of(host.host()).call(new HostCall.DescribeHost()).machine();
        Ipv4 address = freeAddress();
        VmSpec spec = new VmSpec(
                request.vm(),
                image,
                request.memoryMiB(),
                request.vcpus(),
                diskBytes,
                config.network().name(),
                address,
                MacAddress.of(address),
                machine,
                CPU_MODEL);
        create(spec, host.host());
        progress.accept("VM %s boots on %s".formatted(spec.id(), host.host()));
        try {
            hosts.of(host.host()).call(new HostCall.RunVm(spec, new Owner(host.host(), 1)), BOOT_LIMIT);
        } catch (MigrationException e) {
            forget(spec.id(), host.host());
            throw e;
        }
        return require(spec.id());
    }

    private static long roundUp(long bytes) {
        return (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES;
    }

    private void create(VmSpec spec, HostId host) {
        registry.create(Paths.vm(spec.id()), Json.write(new VmRecord(spec, VmRecord.Desired.RUNNING)));
        owners.first(spec.id().value(), host);
        registry.create(
                Paths.port(spec.id().value()),
                Json.write(PortRecord.resting(spec.id().value(), spec.network(), spec.mac(), spec.address())));
    }

    private Answers.Vm start(Registry.Entry entry, Consumer<String> progress) {
        VmRecord record = Json.read(entry, VmRecord.class);
        Owner owner = owner(record.spec().id());
        registry.replace(entry, Json.write(record.wanting(VmRecord.Desired.RUNNING)));
        progress.accept("VM %s boots on %s".formatted(record.spec().id(), owner.host()));
        hosts.of(owner.host()).call(new HostCall.RunVm(record.spec(), owner), BOOT_LIMIT);
        return require(record.spec().id());
    }

    Owner owner(VmId vm) {
        return owners.find(vm.value()).orElseThrow(() -> new MigrationException("there is no VM %s".formatted(vm)));
    }

    /** The host at a site, or the first one that is alive. */
    HostRecord hostAt(Optional<SiteId> site) {
        site.ifPresent(config::site);
        return fleet.alive().stream()
                .filter(host -> site.map(host.site()::equals).orElse(true))
                .findFirst()
                .orElseThrow(() -> new MigrationException("no host is alive%s; see 'supercloud status'"
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

    Answers.Vm stop(VmId vm, boolean force) {
        Registry.Entry entry = record(vm);
        registry.replace(entry, Json.write(Json.read(entry, VmRecord.class).wanting(VmRecord.Desired.STOPPED)));
        hosts.of(owner(vm).host()).call(new HostCall.StopVm(vm, force), STOP_LIMIT);
        return require(vm);
    }

    private Registry.Entry record(VmId vm) {
        return registry.read(Paths.vm(vm))
                .orElseThrow(() -> new MigrationException("there is no VM %s; see 'supercloud vm ls'".formatted(vm)));
    }

    void remove(VmId vm) {
        record(vm);
        fleet.alive().forEach(host -> hosts.of(host.host()).call(new HostCall.EraseVm(vm), STOP_LIMIT));
        forget(vm, owner(vm).host());
    }

    private void forget(VmId vm, HostId host) {
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
        String site = owner.flatMap(known -> registry.read(Paths.host(known.host())))
                .map(entry -> Json.read(entry, HostRecord.class).site().value())
                .orElse("");
        return new Answers.Vm(
                spec.id(),
                status.map(HostCall.VmStatus::state).orElse("unknown"),
                host,
                site,
                owner.map(Owner::epoch).orElse(0L),
                spec.address(),
                spec.memoryMiB(),
                spec.vcpus(),
                spec.image(),
                status.map(HostCall.VmStatus::missingBlocks).orElse(0L));
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
