package io.supercloud.overlay.cloud;

import io.supercloud.core.HostId;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.overlay.cloud.internal.AgentInstaller;
import io.supercloud.overlay.cloud.internal.LaunchRecord;
import io.supercloud.overlay.cloud.internal.LaunchRecord.State;
import io.supercloud.overlay.cloud.internal.LaunchRecords;
import io.supercloud.overlay.cloud.internal.LaunchRecords.Stored;
import io.supercloud.overlay.cloud.ssh.MinaConnector;
import io.supercloud.overlay.cloud.ssh.RemoteShell;
import io.supercloud.overlay.cloud.ssh.SshKeys;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes hosts of rented instances, the same way at every provider, and ends them. The intent is in the registry before the
 * instance exists, and the instance carries the intent's token: whatever dies in between, {@link #sweep} finds the
 * instance by its tags and the intent by its creator's lease, and removes both. Safe for use by many threads and managers.
 */
public final class HostLauncher {
    private static final Logger LOG = LoggerFactory.getLogger(HostLauncher.class);
    private static final Duration CONNECT_LIMIT = Duration.ofMinutes(2);
    private static final int MAX_ATTEMPTS = 5;

    private final LaunchRecords records;
    private final Map<String, Cloud> accounts;
    private final SshKeys keys;
    private final InstantSource clock;
    private final RemoteShell.Connector connector;

    public HostLauncher(Registry registry, Map<String, Cloud> accounts, SshKeys keys, InstantSource clock) {
        this(registry, accounts, keys, clock, new MinaConnector());
    }

    /** As the other, with another way to a host's shell. */
    public HostLauncher(
            Registry registry,
            Map<String, Cloud> accounts,
            SshKeys keys,
            InstantSource clock,
            RemoteShell.Connector connector) {
        this.records = new LaunchRecords(registry);
        this.accounts = Map.copyOf(accounts);
        this.keys = keys;
        this.clock = clock;
        this.connector = connector;
    }

    /**
     * Writes the intent ({@code /launches/<host>}), rents the instance, puts the agent on it and starts it; blocks until
     * the agent's supervisor runs. Where it fails it ends what it made and removes the intent; where even that fails the
     * intent stays for {@link #sweep}. Throws {@link CloudException} and {@link RegistryException}.
     *
     * @param progress told of each step, as a line for the user, on the calling thread
     */
    public Launched launch(LaunchOrder order, Consumer<String> progress) {
        Cloud cloud = cloud(order.account());
        LaunchRecord intent = LaunchRecord.intent(order, UUID.randomUUID().toString(), clock.instant());
        Registry.Entry lease = records.lease(intent);
        try {
            Stored stored = records.create(intent);
            try {
                return launch(order, cloud, stored, progress);
            } catch (RuntimeException e) {
                undo(cloud, intent, e);
                throw e;
            }
        } finally {
            records.release(lease);
        }
    }

    private Launched launch(LaunchOrder order, Cloud cloud, Stored intent, Consumer<String> progress) {
        progress.accept("renting %s%s in %s of account %s for host %s"
                .formatted(
                        order.instanceType(),
                        order.spot() ? " (spot)" : "",
                        order.zone(),
                        order.account(),
                        order.host()));
        Instance instance = cloud.launch(new LaunchRequest(
                order.deployment(),
                order.host(),
                order.zone(),
                order.instanceType(),
                order.spot(),
                intent.record().token(),
                keys.publicKeyLine()));
        progress.accept("connecting to %s at %s".formatted(instance.id(), instance.address()));
        try (RemoteShell shell = connector.connect(instance.address(), keys.pair(), Optional.empty(), CONNECT_LIMIT)) {
            new AgentInstaller(shell, progress).install(order.bundle());
            String fingerprint = shell.hostKeyFingerprint();
            records.replace(
                    intent,
                    intent.record().launched(instance.id(), instance.address().toString(), fingerprint));
            progress.accept("host %s is launched".formatted(order.host()));
            return new Launched(instance, fingerprint);
        }
    }

    private void undo(Cloud cloud, LaunchRecord intent, RuntimeException failure) {
        try {
            if (failure instanceof CloudException.NoCapacity) {
                records.delete(intent.host(), intent.token());
                return;
            }
            records.find(intent.host())
                    .filter(stored -> stored.record().token().equals(intent.token()))
                    .ifPresentOrElse(this::end, () -> terminate(cloud, intent));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Ends the host: its instance, then its record; blocks until both are gone. A host that does not exist is no error. A
     * launch of this host that is under way fails. Throws {@link CloudException} where the instance may exist and cannot be
     * seen yet; the record stays, for a later call or {@link #sweep}.
     */
    public void terminate(HostId host) {
        for (int attempt = 1; ; attempt++) {
            Optional<Stored> stored = records.find(host);
            if (stored.isEmpty()) {
                return;
            }
            try {
                if (!end(stored.get())) {
                    throw new CloudException(
                            "host %s may still come to life at account %s, which did not answer its launch: end it again in %d s"
                                    .formatted(
                                            host,
                                            stored.get().record().account(),
                                            cloud(stored.get().record().account())
                                                    .visibleWithin()
                                                    .toSeconds()));
                }
                return;
            } catch (RegistryException.Changed e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw new CloudException(
                            "host %s cannot be ended: its record changes all the time".formatted(host), e);
                }
            }
        }
    }

    /**
     * Marks the record first, so that an end that is broken off is taken up by the next sweep. An instance that is not
     * listed may only not be visible yet: the record goes when one was ended, or when it would have been listed by now.
     *
     * @return whether instance and record are gone for certain
     */
    private boolean end(Stored stored) {
        LaunchRecord record = stored.record();
        if (record.state() != State.ENDING) {
            record = records.replace(stored, record.ending(clock.instant())).record();
        }
        Cloud cloud = cloud(record.account());
        boolean visible = !clock.instant().isBefore(record.endingSince().plus(cloud.visibleWithin()));
        if (!terminate(cloud, record) && !visible) {
            return false;
        }
        records.delete(record.host(), record.token());
        return true;
    }

    /** Whether there was one to end; a known one is ended whether it is listed or not. */
    private static boolean terminate(Cloud cloud, LaunchRecord record) {
        boolean ended = !record.instanceId().isEmpty();
        if (ended) {
            cloud.terminate(record.instanceId());
        }
        for (Instance instance : cloud.list(record.deployment())) {
            if (instance.token().equals(record.token())) {
                cloud.terminate(instance.id());
                ended = true;
            }
        }
        return ended;
    }

    private Cloud cloud(String account) {
        Cloud cloud = accounts.get(account);
        if (cloud == null) {
            throw new CloudException("there is no account %s; there are %s".formatted(account, accounts.keySet()));
        }
        return cloud;
    }

    /**
     * Ends every instance of the deployment that no live record names, and every record whose creation or end was broken
     * off. An account that cannot be reached is left as it is, for the next sweep.
     *
     * @return what was removed, as lines for the user
     */
    public List<String> sweep(String deployment) {
        // Instances before records: an instance seen here had its record before, so a live one is never taken for an
        // orphan.
        List<Instance> instances = new ArrayList<>();
        accounts.values().forEach(cloud -> instances.addAll(listed(cloud, deployment)));
        List<Stored> stored = records.all(deployment);
        List<String> removed = new ArrayList<>();
        stored.stream().filter(this::abandoned).forEach(record -> sweepRecord(record, removed));
        Set<String> live =
                stored.stream().map(record -> record.record().token()).collect(Collectors.toSet());
        instances.stream()
                .filter(instance -> !live.contains(instance.token()))
                .forEach(instance -> sweepInstance(instance, removed));
        return removed;
    }

    private static List<Instance> listed(Cloud cloud, String deployment) {
        try {
            return cloud.list(deployment);
        } catch (CloudException e) {
            LOG.warn("Account {} cannot be swept now: {}", cloud.account(), e.getMessage());
            return List.of();
        }
    }

    private boolean abandoned(Stored stored) {
        return switch (stored.record().state()) {
            case CREATING -> !records.beingCreated(stored.record().host());
            case LAUNCHED -> false;
            case ENDING -> true;
        };
    }

    private void sweepRecord(Stored stored, List<String> removed) {
        LaunchRecord record = stored.record();
        try {
            if (!end(stored)) {
                return;
            }
            removed.add("host %s at account %s, %s"
                    .formatted(
                            record.host(),
                            record.account(),
                            record.state() == State.CREATING
                                    ? "whose launch was broken off"
                                    : "whose end was broken off"));
        } catch (CloudException | RegistryException.Changed e) {
            LOG.warn("Host {} cannot be swept now: {}", record.host(), e.getMessage());
        }
    }

    private void sweepInstance(Instance instance, List<String> removed) {
        try {
            accounts.get(instance.account()).terminate(instance.id());
            removed.add(
                    "instance %s at account %s, which no record names".formatted(instance.id(), instance.account()));
        } catch (CloudException e) {
            LOG.warn("Instance {} cannot be swept now: {}", instance.id(), e.getMessage());
        }
    }
}
