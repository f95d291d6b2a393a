package io.supercloud.overlay.cloud.ec2.internal;

import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.Ipv4;
import io.supercloud.core.Tasks;
import io.supercloud.overlay.cloud.Cloud;
import io.supercloud.overlay.cloud.CloudException;
import io.supercloud.overlay.cloud.Instance;
import io.supercloud.overlay.cloud.LaunchRequest;
import io.supercloud.overlay.cloud.ec2.Ec2Account;
import io.supercloud.overlay.cloud.ec2.Ec2Nesting;
import io.supercloud.overlay.cloud.ec2.internal.Retries.GaveUp;
import io.supercloud.overlay.cloud.internal.UserData;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * An account at EC2. An order's token is its {@code ClientToken} too, so an order whose answer was lost is given again and buys
 * nothing more; its tags are on the instance and its disks from birth. EC2 shows what it did late: an instance that was
 * bought and is not seen yet is waited for.
 */
public final class Ec2Cloud implements Cloud {
    private static final String DEPLOYMENT = "supercloud-deployment";
    private static final String HOST = "supercloud-host";
    private static final String TOKEN = "supercloud-token";

    /** How late EC2 may show what it did; it promises nothing, and mostly needs seconds. */
    static final Duration VISIBLE_WITHIN = Duration.ofMinutes(5);

    static final Duration START_LIMIT = Duration.ofMinutes(5);
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final String NO_CAPACITY_REASON = "Server.InsufficientInstanceCapacity";

    private final String account;
    private final String owner;
    private final String image;
    private final Ec2Wire wire;
    private final Tasks tasks;
    private final Retries retries;
    private final SecurityGroups groups;

    /** @param wire closed with this cloud */
    public Ec2Cloud(Ec2Account account, Ec2Wire wire, Tasks tasks) {
        this.account = account.name();
        this.owner = account.owner();
        this.image = account.image();
        this.wire = wire;
        this.tasks = tasks;
        this.retries = new Retries(tasks);
        this.groups = new SecurityGroups(account, wire, retries, tasks);
    }

    @Override
    public String account() {
        return account;
    }

    @Override
    public Duration visibleWithin() {
        return VISIBLE_WITHIN;
    }

    @Override
    public List<Instance> list(String deployment) {
        return described(Map.of(
                        "tag:" + DEPLOYMENT,
                        deployment,
                        "tag:" + Ec2Account.OWNER_TAG,
                        owner,
                        "instance-state-name",
                        Ec2Instance.STANDING_STATES))
                .stream()
                .filter(instance -> !instance.ended())
                .map(this::instance)
                .toList();
    }

    private List<Ec2Instance> described(Map<String, String> filters) {
        List<Ec2Instance> found = new ArrayList<>();
        String next = "";
        do {
            String from = next;
            InstancePage page =
                    call("list its instances", () -> retries.call(() -> wire.describeInstances(filters, from)));
            found.addAll(page.instances());
            next = page.next();
        } while (!next.isEmpty());
        return found;
    }

    @Override
    public Instance launch(LaunchRequest request) {
        Map<String, String> common = Map.of(DEPLOYMENT, request.deployment(), Ec2Account.OWNER_TAG, owner);
        RunOrder order = order(request, group(request, common), common);
        String id;
        try {
            id = retries.call(() -> wire.runInstance(order));
        } catch (GaveUp e) {
            throw refusal(request, e);
        }
        try {
            return awaitReady(request, id);
        } catch (CloudException.Unfinished e) {
            throw e;
        } catch (CloudException e) {
            throw new CloudException.Unfinished(e.getMessage(), id, e);
        }
    }

    /** Nothing has been ordered yet: whatever fails here, nothing was bought. */
    private String group(LaunchRequest request, Map<String, String> tags) {
        try {
            return groups.ensure(request.deployment(), tags);
        } catch (GaveUp e) {
            throw new CloudException.Refused(failed(request, e.failure()), e.failure());
        }
    }

    private String failed(LaunchRequest request, Ec2Failure failure) {
        return "account %s did not launch %s (%s in %s): %s"
                .formatted(account, request.host(), request.instanceType(), request.zone(), said(failure));
    }

    private RunOrder order(LaunchRequest request, String group, Map<String, String> common) {
        Map<String, String> tags = new TreeMap<>(common);
        tags.put(HOST, request.host().value());
        tags.put(TOKEN, request.token());
        return new RunOrder(
                image,
                request.zone(),
                request.instanceType(),
                request.spot(),
                Ec2Nesting.of(request.instanceType()) == Ec2Nesting.NESTED,
                group,
                request.token(),
                UserData.of(request.sshPublicKey()),
                tags);
    }

    /** What a failed order means: only one that was surely not done is a refusal. */
    private CloudException refusal(LaunchRequest request, GaveUp e) {
        Ec2Failure failure = e.failure();
        String what = failed(request, failure);
        if (e.perhapsDone()) {
            return new CloudException(what, failure);
        }
        return switch (failure.kind()) {
            case NO_CAPACITY, NO_QUOTA ->
                new CloudException.NoCapacity(account, request.zone(), said(failure), failure);
            case THROTTLED, NOT_FOUND, REFUSED -> new CloudException.Refused(what, failure);
            case UNKNOWN -> new CloudException(what, failure);
        };
    }

    private static String said(Ec2Failure failure) {
        return failure.advice().isEmpty()
                ? failure.getMessage()
                : "%s (%s)".formatted(failure.advice(), failure.getMessage());
    }

    private Instance awaitReady(LaunchRequest request, String id) {
        long deadline = tasks.nanoTime() + START_LIMIT.toNanos();
        while (true) {
            Optional<Ec2Instance> seen =
                    described(Map.of("instance-id", id)).stream().findFirst();
            if (seen.filter(Ec2Instance::ready).isPresent()) {
                return instance(seen.get());
            }
            if (seen.filter(Ec2Instance::ended).isPresent()) {
                throw ended(request, seen.get());
            }
            if (tasks.nanoTime() - deadline >= 0 || Thread.currentThread().isInterrupted()) {
                throw new CloudException.Unfinished(
                        "instance %s of account %s did not start within %d s"
                                .formatted(id, account, START_LIMIT.toSeconds()),
                        id,
                        null);
            }
            tasks.sleep(POLL);
        }
    }

    /** It ended before it began: there is nothing left of it. */
    private CloudException ended(LaunchRequest request, Ec2Instance instance) {
        if (instance.reason().equals(NO_CAPACITY_REASON)) {
            return new CloudException.NoCapacity(account, request.zone(), null);
        }
        return new CloudException.Unfinished(
                "instance %s of account %s ended as soon as it was launched: %s"
                        .formatted(
                                instance.id(),
                                account,
                                instance.reason().isEmpty() ? "EC2 does not say why" : instance.reason()),
                instance.id(),
                null);
    }

    /** Returns when EC2 has begun to end it: from then on it is not paid for and cannot come back. */
    @Override
    public void terminate(String instanceId) {
        try {
            retries.run(() -> wire.terminateInstance(instanceId));
        } catch (GaveUp e) {
            if (e.failure().kind() == Ec2Failure.Kind.NOT_FOUND) {
                throw new CloudException.NotSeen(account, instanceId, e.failure());
            }
            throw new CloudException(
                    "account %s did not terminate instance %s; call again: %s"
                            .formatted(account, instanceId, said(e.failure())),
                    e.failure());
        }
    }

    @Override
    public void admit(String deployment, Set<Ipv4> hosts) {
        call("open its hosts for each other", () -> {
            groups.admit(deployment, hosts);
            return true;
        });
    }

    @Override
    public void forget(String deployment) {
        call("remove its security group", () -> {
            groups.remove(deployment);
            return true;
        });
    }

    private <T> T call(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (GaveUp e) {
            throw new CloudException(
                    "account %s could not %s: %s".formatted(account, what, said(e.failure())), e.failure());
        }
    }

    @Override
    public void close() {
        wire.close();
    }

    private Instance instance(Ec2Instance seen) {
        return new Instance(
                seen.id(),
                account,
                host(seen.tags().getOrDefault(HOST, "")),
                seen.zone(),
                seen.type(),
                seen.spot(),
                seen.address().isEmpty() ? Instance.NO_ADDRESS : Ipv4.parse(seen.address()),
                seen.tags().getOrDefault(TOKEN, ""));
    }

    /** Tags can be changed by whoever may use the account. */
    private static HostId host(String tag) {
        try {
            return new HostId(tag);
        } catch (InvalidValueException e) {
            return Instance.UNTAGGED;
        }
    }
}
