package io.supercloud.overlay.cloud;

import io.supercloud.core.HostId;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import io.supercloud.core.Tasks;
import io.supercloud.overlay.cloud.internal.AgentInstaller;
import io.supercloud.overlay.cloud.internal.LaunchRecord;
import io.supercloud.overlay.cloud.internal.LaunchRecord.State;
import io.supercloud.overlay.cloud.internal.LaunchRecords;
import io.supercloud.overlay.cloud.internal.LaunchRecords.Stored;
import io.supercloud.overlay.cloud.ssh.MinaConnector;
import io.supercloud.overlay.cloud.ssh.RemoteShell;
import io.supercloud.overlay.cloud.ssh.SshKeys;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
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
    /** Between looks for an instance that may not be visible yet. */
    private static final Duration LOOK = Duration.ofSeconds(5);

    private final LaunchRecords records;
    private final Map<String, Cloud> accounts;
    private final SshKeys keys;
    private final InstantSource clock;
    private final Tasks tasks;
    private final RemoteShell.Connector connector;
    /** Whoever reads which hosts there are admits them before another does. */
    private final Lock admission = new ReentrantLock();

    public HostLauncher(
            Registry registry, Map<String, Cloud> accounts, SshKeys keys, InstantSource clock, Tasks tasks) {
        this(registry, accounts, keys, clock, tasks, new MinaConnector());
    }

    /** As the other, with another way to a host's shell. */
    public HostLauncher(
            Registry registry,
            Map<String, Cloud> accounts,
            SshKeys keys,
            InstantSource clock,
            Tasks tasks,
            RemoteShell.Connector connector) {
        this.records = new LaunchRecords(registry);
        this.accounts = Map.copyOf(accounts);
        this.keys = keys;
        this.clock = clock;
        this.tasks = tasks;
        this.connector = connector;
    }

    /**
     * Writes the intent ({@code /launches/<host>}), rents the instance, puts the agent on it and starts it; blocks until
     * the agent's supervisor runs. Where it fails it ends what it made and removes the intent; where even that fails the
     * intent stays for {@link #sweep}. What an earlier launch or end of this host left is ended first. Throws
     * {@link CloudException} and {@link RegistryException}.
     *
     * @param progress told of each step, as a line for the user, on the calling thread
     */
    public Launched launch(LaunchOrder order, Consumer<String> progress) {
        Cloud cloud = cloud(order.account());
        LaunchRecord intent = LaunchRecord.intent(order, UUID.randomUUID().toString(), clock.instant());
        Registry.Entry lease = records.lease(intent);
        try {
            finishEnd(order.host(), progress);
            Stored stored = records.create(intent);
            Instance instance;
            try {
                instance = cloud.launch(request(order, intent, progress));
            } catch (RuntimeException e) {
                undo(cloud, intent, e instanceof CloudException.Unfinished bought ? bought.instanceId() : "", e);
                throw e;
            }
            try {
                return install(order, instance, stored, progress);
            } catch (RuntimeException e) {
                undo(cloud, intent, instance.id(), e);
                throw e;
            }
        } finally {
            records.release(lease);
        }
    }

    /** The lease is ours: whoever else began a launch or an end of this host has died, or this ends it beside him. */
    private void finishEnd(HostId host, Consumer<String> progress) {
        if (records.find(host)
                .filter(stored -> stored.record().state() != State.LAUNCHED)
                .isPresent()) {
            progress.accept("ending what is left of an earlier host %s first".formatted(host));
            terminate(host);
        }
    }

    private LaunchRequest request(LaunchOrder order, LaunchRecord intent, Consumer<String> progress) {
        progress.accept("renting %s%s in %s of account %s for host %s"
                .formatted(
                        order.instanceType(),
                        order.spot() ? " (spot)" : "",
                        order.zone(),
                        order.account(),
                        order.host()));
        return new LaunchRequest(
                order.deployment(),
                order.host(),
                order.zone(),
                order.instanceType(),
                order.spot(),
                intent.token(),
                keys.publicKeyLine());
    }

    private Launched install(LaunchOrder order, Instance instance, Stored intent, Consumer<String> progress) {
        progress.accept("connecting to %s at %s".formatted(instance.id(), instance.address()));
        try (RemoteShell shell = connector.connect(instance.address(), keys.pair(), Optional.empty(), CONNECT_LIMIT)) {
            new AgentInstaller(shell, progress).install(order.bundle());
            String fingerprint = shell.hostKeyFingerprint();
            records.replace(
                    intent,
                    intent.record().launched(instance.id(), instance.address().toString(), fingerprint));
            admit(order.deployment());
            progress.accept("host %s is launched".formatted(order.host()));
            return new Launched(instance, fingerprint);
        }
    }

    /** Lets all hosts that are launched reach each other; where an account fails to, the next sweep does. */
    private void admit(String deployment) {
        admission.lock();
        try {
            Set<Ipv4> hosts = records.all(deployment).stream()
                    .map(Stored::record)
                    .filter(record -> record.state() == State.LAUNCHED)
                    .map(record -> Ipv4.parse(record.address()))
                    .collect(Collectors.toSet());
            accounts.values().forEach(cloud -> admit(cloud, deployment, hosts));
        } finally {
            admission.unlock();
        }
    }

    private static void admit(Cloud cloud, String deployment, Set<Ipv4> hosts) {
        try {
            cloud.admit(deployment, hosts);
        } catch (CloudException e) {
            LOG.warn(
                    "Hosts of {} may not be reached at account {} now: {}",
                    deployment,
                    cloud.account(),
                    e.getMessage());
        }
    }

    /**
     * Removes what the deployment, which has no hosts any more, has at its accounts beside them; none of it costs anything.
     *
     * @return at which accounts that failed, as lines for the user
     */
    public List<String> forget(String deployment) {
        List<String> left = new ArrayList<>();
        for (Cloud cloud : accounts.values()) {
            try {
                cloud.forget(deployment);
            } catch (CloudException e) {
                left.add("what %s has at account %s beside hosts may be left there: %s"
                        .formatted(deployment, cloud.account(), e.getMessage()));
            }
        }
        return left;
    }

    /** @param instanceId of what was bought; empty where that is not known */
    private void undo(Cloud cloud, LaunchRecord intent, String instanceId, RuntimeException failure) {
        try {
            if (failure instanceof CloudException.Refused) {
                records.delete(intent.host(), intent.token());
                return;
            }
            records.find(intent.host())
                    .filter(stored -> stored.record().token().equals(intent.token()))
                    .ifPresentOrElse(
                            stored -> end(stored, instanceId), () -> terminate(cloud, intent.bought(instanceId)));
        } catch (RuntimeException e) {
            failure.addSuppressed(e);
        }
    }

    /**
     * Ends the host: its instance, then its record; blocks until both are gone. A host that does not exist is no error. A
     * launch of this host that is under way fails. Where an instance may exist that the cloud does not show yet it is waited
     * for, as long as {@link Cloud#visibleWithin}.
     */
    public void terminate(HostId host) {
        int changes = 0;
        for (Optional<Stored> stored = records.find(host); stored.isPresent(); stored = records.find(host)) {
            try {
                if (!end(stored.get(), "")) {
                    await(host);
                }
            } catch (RegistryException.Changed e) {
                changes++;
                if (changes == MAX_ATTEMPTS) {
                    throw new CloudException(
                            "host %s cannot be ended: its record changes all the time".formatted(host), e);
                }
            }
        }
    }

    private void await(HostId host) {
        tasks.sleep(LOOK);
        if (Thread.currentThread().isInterrupted()) {
            throw new CloudException("interrupted while host %s was ended: end it again".formatted(host));
        }
    }

    /**
     * Marks the record first, so that an end that is broken off is taken up by the next sweep. An instance that is not
     * seen may only not be visible yet: the record goes when one was ended, or when it would have been seen by now.
     *
     * @param bought the instance where the record does not name it; may be empty
     * @return whether instance and record are gone for certain
     */
    private boolean end(Stored stored, String bought) {
        LaunchRecord known = stored.record().bought(bought);
        LaunchRecord record = known.state() == State.ENDING ? known : known.ending(clock.instant());
        if (!record.equals(stored.record())) {
            records.replace(stored, record);
        }
        Cloud cloud = cloud(record.account());
        if (!terminate(cloud, record) && !visible(cloud, record)) {
            return false;
        }
        records.delete(record.host(), record.token());
        return true;
    }

    /** Whether its instance would be seen now if it were there. */
    private boolean visible(Cloud cloud, LaunchRecord record) {
        Instant bought = record.address().isEmpty() ? record.endingSince() : record.orderedAt();
        return !clock.instant().isBefore(bought.plus(cloud.visibleWithin()));
    }

    /** Whether there was one to end. */
    private static boolean terminate(Cloud cloud, LaunchRecord record) {
        boolean ended = !record.instanceId().isEmpty() && terminate(cloud, record.instanceId());
        for (Instance instance : cloud.list(record.deployment())) {
            if (instance.token().equals(record.token())) {
                ended |= terminate(cloud, instance.id());
            }
        }
        return ended;
    }

    private static boolean terminate(Cloud cloud, String instanceId) {
        try {
            cloud.terminate(instanceId);
            return true;
        } catch (CloudException.NotSeen e) {
            LOG.debug("Instance {} is gone, or not seen yet: {}", instanceId, e.getMessage());
            return false;
        }
    }

    private Cloud cloud(String account) {
        Cloud cloud = accounts.get(account);
        if (cloud == null) {
            throw new CloudException("there is no account %s; there are %s".formatted(account, accounts.keySet()));
        }
        return cloud;
    }

    /**
     * Lets the hosts that are launched reach each other, and ends every instance of the deployment that no live record names,
     * and every record whose creation or end was broken off. An account that cannot be reached is left as it is, for the next
     * sweep.
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
        admit(deployment);
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
            if (!end(stored, "")) {
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
