package io.supercloud.overlay.cloud.ec2.internal;

import io.supercloud.core.Ipv4;
import io.supercloud.core.Tasks;
import io.supercloud.overlay.cloud.ec2.Ec2Account;
import io.supercloud.overlay.cloud.ec2.Ec2Openings.Rule;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The one security group of a deployment at an account: made when the first host is launched, opened for exactly what the hosts that
 * are there need, removed with the deployment. Its name is unique, so whoever makes it again finds it.
 */
final class SecurityGroups {
    /** Instances hold their group until they are gone for good. */
    private static final Duration REMOVE_LIMIT = Duration.ofMinutes(5);

    private static final Duration POLL = Duration.ofSeconds(5);
    private static final String EXISTS = "InvalidGroup.Duplicate";
    private static final String IN_USE = "DependencyViolation";
    private static final String GONE = "InvalidGroup.NotFound";
    private static final String OPEN_ALREADY = "InvalidPermission.Duplicate";
    private static final String SHUT_ALREADY = "InvalidPermission.NotFound";

    private final Ec2Account account;
    private final Ec2Wire wire;
    private final Retries retries;
    private final Tasks tasks;

    SecurityGroups(Ec2Account account, Ec2Wire wire, Retries retries, Tasks tasks) {
        this.account = account;
        this.wire = wire;
        this.retries = retries;
        this.tasks = tasks;
    }

    private String name(String deployment) {
        return "supercloud-%s-%s".formatted(deployment, account.owner());
    }

    private Optional<Ec2Group> find(String deployment) {
        return retries.call(() -> wire.describeGroups(Map.of("group-name", name(deployment)))).stream()
                .findFirst();
    }

    /** The group's id; the manager may reach its instances. */
    synchronized String ensure(String deployment, Map<String, String> tags) {
        Optional<Ec2Group> known = find(deployment);
        Ec2Group group = known.orElseGet(() -> new Ec2Group(create(deployment, tags), Set.of()));
        Set<Rule> lacking = new HashSet<>(account.openings().rules(Set.of()));
        lacking.removeAll(group.rules());
        open(group.id(), lacking);
        return group.id();
    }

    private String create(String deployment, Map<String, String> tags) {
        try {
            return retries.call(() -> wire.createGroup(name(deployment), tags));
        } catch (Retries.GaveUp e) {
            if (!e.failure().code().equals(EXISTS)) {
                throw e;
            }
            return find(deployment).orElseThrow(() -> e).id();
        }
    }

    /** Opens what these hosts need of each other, and shuts all else; where there is no group there is nothing to open. */
    synchronized void admit(String deployment, Set<Ipv4> hosts) {
        find(deployment).ifPresent(group -> {
            Set<Rule> lacking = new HashSet<>(account.openings().rules(hosts));
            Set<Rule> surplus = new HashSet<>(group.rules());
            surplus.removeAll(lacking);
            lacking.removeAll(group.rules());
            open(group.id(), lacking);
            if (!surplus.isEmpty()) {
                unless(SHUT_ALREADY, () -> wire.revoke(group.id(), surplus));
            }
        });
    }

    private void open(String group, Set<Rule> rules) {
        if (!rules.isEmpty()) {
            unless(OPEN_ALREADY, () -> wire.authorize(group, rules));
        }
    }

    /** Removes the group; blocks while instances that end hold it. */
    synchronized void remove(String deployment) {
        Optional<Ec2Group> group = find(deployment);
        long deadline = tasks.nanoTime() + REMOVE_LIMIT.toNanos();
        while (group.isPresent() && !removed(group.get().id(), tasks.nanoTime() - deadline >= 0)) {
            tasks.sleep(POLL);
        }
    }

    private boolean removed(String group, boolean last) {
        try {
            unless(GONE, () -> wire.deleteGroup(group));
            return true;
        } catch (Retries.GaveUp e) {
            if (!e.failure().code().equals(IN_USE)
                    || last
                    || Thread.currentThread().isInterrupted()) {
                throw e;
            }
            return false;
        }
    }

    /** One of the tries before the answer that it is done may have done it. */
    private void unless(String done, Runnable change) {
        try {
            retries.run(change);
        } catch (Retries.GaveUp e) {
            if (!e.failure().code().equals(done)) {
                throw e;
            }
        }
    }
}
