package io.supercloud.overlay.cloud.local.internal;

import io.supercloud.core.Ipv4;
import io.supercloud.overlay.cloud.CloudException;
import io.supercloud.overlay.cloud.local.LocalZone;
import io.supercloud.overlay.cloud.local.SiteSpec;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The instances of one local account. An instance exists while its namespace, or a directory that never booted, does. */
public final class LocalInstances {
    private static final int FIRST_NUMBER = 10;
    private static final int NUMBERS = 240;
    private static final long BOOT_POLL_MILLIS = 10;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final Path instances;
    private final String idPrefix;
    private final InstanceBody body;
    private final ReentrantLock admission = new ReentrantLock();

    /** @param body what each of them is made of */
    public LocalInstances(String account, Path stateDirectory, InstanceBody body) {
        this.body = body;
        instances = stateDirectory.resolve("instances");
        idPrefix = "i-" + digest(account + "\n" + stateDirectory).substring(0, 6);
        try {
            Files.createDirectories(instances);
            removeDebris();
        } catch (IOException e) {
            throw new CloudException(
                    "the state directory %s of account %s cannot be used".formatted(stateDirectory, account), e);
        }
    }

    private static String digest(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Directories without a namespace, of instances that a restart of the machine ended or a kill left half made. */
    private void removeDebris() throws IOException {
        for (Path path : directories()) {
            Optional<InstanceRecord> record = InstanceRecord.read(path);
            boolean gone = record.isEmpty() || !Namespaces.exists(record.get().namespace());
            if (gone && (new InstanceDirectory(path).booted() || idle(path))) {
                Command.run("rm", "-rf", path.toString());
            }
        }
    }

    /** Whether nobody can be making an instance of {@code path} any more. */
    private boolean idle(Path path) throws IOException {
        Instant changed = Files.getLastModifiedTime(path).toInstant();
        return changed.plus(body.bootLimit()).isBefore(Instant.now());
    }

    private List<Path> directories() throws IOException {
        try (Stream<Path> paths = Files.list(instances)) {
            return paths.sorted().toList();
        }
    }

    /** What there is: by the directories first, then by the namespaces that no directory describes. */
    public List<InstanceRecord> list() {
        List<InstanceRecord> found = new ArrayList<>();
        try {
            for (Path path : directories()) {
                InstanceRecord.read(path).filter(this::lives).ifPresent(found::add);
            }
        } catch (IOException e) {
            throw new CloudException("the instances in %s cannot be listed".formatted(instances), e);
        }
        Pattern own = Pattern.compile("sc-(.+)-(" + idPrefix + "[0-9a-f]{8})");
        for (String namespace : Namespaces.named()) {
            Matcher name = own.matcher(namespace);
            if (name.matches() && found.stream().noneMatch(record -> record.id().equals(name.group(2)))) {
                found.add(InstanceRecord.lost(name.group(2), name.group(1)));
            }
        }
        return found;
    }

    public Optional<InstanceRecord> find(String id) {
        return list().stream().filter(record -> record.id().equals(id)).findFirst();
    }

    /** Whether the instance has all its services. */
    public boolean runs(InstanceRecord record) {
        return Namespaces.exists(record.namespace()) && directory(record.id()).booted();
    }

    private boolean lives(InstanceRecord record) {
        InstanceDirectory directory = directory(record.id());
        if (overdue(directory) || directory.ended()) {
            Namespaces.remove(record.namespace(), directory.path());
            return false;
        }
        return Namespaces.exists(record.namespace()) || !directory.booted();
    }

    /** Whether the instance should be gone: the process that was to take it away then has died itself. */
    private static boolean overdue(InstanceDirectory directory) {
        try {
            return directory.deadline().filter(Instant.now()::isAfter).isPresent();
        } catch (IOException e) {
            throw new CloudException("the deadline of %s cannot be read".formatted(directory.path()), e);
        }
    }

    private InstanceDirectory directory(String id) {
        return new InstanceDirectory(instances.resolve(id));
    }

    /**
     * Makes an instance and blocks until its services run. Leaves nothing behind where it fails.
     *
     * @throws CapacityException where the zone holds its maximum
     */
    public InstanceRecord create(
            LocalZone zone, String deployment, String name, String type, String sshPublicKey, Map<String, String> tags)
            throws CapacityException {
        String router = Namespaces.router(deployment, zone.siteIndex());
        if (!Namespaces.exists(router)) {
            throw new CloudException("zone %s has no underlay: make LocalUnderlay for deployment %s with site %d first"
                    .formatted(zone.name(), deployment, zone.siteIndex()));
        }
        Namespaces.requireSameMounts(router, "site");
        InstanceRecord record = admit(zone, deployment, name, type, tags);
        try {
            boot(record, router, sshPublicKey);
            return find(record.id())
                    .orElseThrow(() -> new CloudException("instance %s ended while it booted".formatted(record.id())));
        } catch (IOException e) {
            throw endAfter(record, new CloudException("instance %s cannot be made".formatted(record.id()), e));
        } catch (RuntimeException e) {
            throw endAfter(record, e);
        }
    }

    private RuntimeException endAfter(InstanceRecord record, RuntimeException failure) {
        try {
            Namespaces.remove(record.namespace(), directory(record.id()).path());
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }

    private InstanceRecord admit(LocalZone zone, String deployment, String name, String type, Map<String, String> tags)
            throws CapacityException {
        admission.lock();
        try {
            long used = list().stream()
                    .filter(other -> other.zone().equals(zone.name()))
                    .count();
            if (used >= zone.maximumInstances()) {
                throw new CapacityException("zone %s holds %d instances, its maximum".formatted(zone.name(), used));
            }
            String id = idPrefix + HexFormat.of().toHexDigits(RANDOM.nextInt());
            InstanceRecord record = new InstanceRecord(
                    id, deployment, name, zone.name(), zone.siteIndex(), type, new Ipv4(0), Map.copyOf(tags));
            Path hidden = Files.createDirectory(instances.resolve("." + id));
            record.write(hidden);
            Files.move(hidden, directory(id).path());
            return record;
        } catch (IOException e) {
            throw new CloudException("no instance can be recorded in %s".formatted(instances), e);
        } finally {
            admission.unlock();
        }
    }

    private void boot(InstanceRecord unplugged, String router, String sshPublicKey) throws IOException {
        String namespace = unplugged.namespace();
        InstanceDirectory directory = directory(unplugged.id());
        Namespaces.add(namespace);
        InstanceRecord record = unplugged.at(plug(unplugged, router));
        record.write(directory.path());
        directory.prepare(record);
        Namespaces.ip(namespace, "address", "add", "169.254.169.254/32", "dev", "lo");
        body.start(record, directory, router, sshPublicKey);
        awaitBoot(record, directory);
    }

    /** Joins the instance to its site by the first free number: the port's name in the router is what allots it. */
    private static Ipv4 plug(InstanceRecord record, String router) {
        int start = RANDOM.nextInt(NUMBERS);
        for (int i = 0; i < NUMBERS; i++) {
            int number = FIRST_NUMBER + (start + i) % NUMBERS;
            String port = "i" + number;
            if (Namespaces.tryIp(
                    router, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", record.namespace())) {
                Ipv4 address = SiteSpec.address(record.siteIndex(), number);
                Namespaces.plugIn(record.namespace(), "eth0", router, port);
                return address;
            }
        }
        throw new CloudException("site %d has no address left for %s".formatted(record.siteIndex(), record.id()));
    }

    private void awaitBoot(InstanceRecord record, InstanceDirectory directory) {
        long limit = System.nanoTime() + body.bootLimit().toNanos();
        while (!directory.booted()) {
            boolean ended = directory.ended() || !Namespaces.exists(record.namespace());
            if (ended || System.nanoTime() > limit) {
                throw new CloudException("instance %s %s; its log ended with: %s"
                        .formatted(
                                record.id(),
                                ended
                                        ? "ended while it booted"
                                        : "did not boot within "
                                                + body.bootLimit().toSeconds() + " s",
                                directory.console()));
            }
            LockSupport.parkNanos(BOOT_POLL_MILLIS * 1_000_000);
            if (Thread.currentThread().isInterrupted()) {
                throw new CloudException("interrupted while instance %s booted".formatted(record.id()));
            }
        }
    }

    /** Ends an instance, whatever is left of it. */
    public void terminate(String id) {
        Path path = directory(id).path();
        InstanceRecord.read(path).or(() -> find(id)).ifPresent(record -> Namespaces.remove(record.namespace(), path));
    }

    /** Gives notice now and ends the instance {@code notice} later, whether this process still runs or not. */
    public void reclaim(String id, Duration notice) {
        InstanceRecord record =
                find(id).orElseThrow(() -> new CloudException("there is no instance %s to reclaim".formatted(id)));
        Path path = directory(id).path();
        try {
            directory(id).notice(Instant.now().plus(notice));
        } catch (IOException e) {
            throw new CloudException("notice cannot be given to instance %s".formatted(id), e);
        }
        String later = "sleep %d.%03d\n%s".formatted(notice.toSeconds(), notice.toMillisPart(), Scripts.TERMINATE);
        Namespaces.start(
                Namespaces.router(record.deployment(), record.siteIndex()),
                "sh",
                "-c",
                later,
                "reclaim",
                record.namespace(),
                path.toString());
    }
}
