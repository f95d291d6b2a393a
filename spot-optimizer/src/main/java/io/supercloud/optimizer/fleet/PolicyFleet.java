package io.supercloud.optimizer.fleet;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.optimizer.policy.Policy;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes a fleet of VMs that have policies: each is permitted the sites that its lists, its data residency and the latency
 * limits of its client groups permit; affinity and anti-affinity become groups; the slice's spot share, diversity and budget
 * of an hour become the fleet's limits. The budget of a month is of the decisions for single VMs. Pure.
 */
public final class PolicyFleet {
    private PolicyFleet() {}

    /** @param p95Millis latency to client groups, as far as it is known */
    public record Site(SiteId id, String cloud, String region, Map<String, Double> p95Millis) {
        public Site {
            p95Millis = Map.copyOf(p95Millis);
        }
    }

    /** @param site where it is; empty for nowhere */
    public record Member(
            VmId vm, double cpus, double memoryGib, Optional<SiteId> site, double moveGigabytes, Policy policy) {}

    /**
     * @param slice what holds for all VMs together
     * @throws InvalidValueException where a VM is permitted no site, or is at one that is not there
     */
    public static Fleet of(List<Site> sites, List<Member> members, Fleet.Rules rules, Policy slice) {
        List<SiteId> names = sites.stream().map(Site::id).toList();
        List<Fleet.Vm> vms = new ArrayList<>();
        for (Member member : members) {
            int here = member.site().map(names::indexOf).orElse(Fleet.NOWHERE);
            if (member.site().isPresent() && here < 0) {
                throw new InvalidValueException("VM %s is at %s, which is none of %s"
                        .formatted(member.vm(), member.site().get(), names));
            }
            Policy policy = member.policy();
            vms.add(new Fleet.Vm(
                    member.vm().value(),
                    member.cpus(),
                    member.memoryGib(),
                    here,
                    member.moveGigabytes(),
                    permitted(sites, policy),
                    policy.spread().affinity(),
                    policy.spread().antiAffinity()));
        }
        return new Fleet(names.stream().map(SiteId::value).toList(), vms, rules, limits(sites, slice));
    }

    private static Fleet.Limits limits(List<Site> sites, Policy slice) {
        return new Fleet.Limits(
                slice.spread().spotShare(),
                slice.spread().leastSites().orElse(1),
                slice.spread().leastClouds().orElse(1),
                slice.budget().perHour().orElse(Double.POSITIVE_INFINITY),
                sites.stream().map(Site::cloud).toList());
    }

    private static BitSet permitted(List<Site> sites, Policy policy) {
        BitSet permitted = new BitSet();
        for (int i = 0; i < sites.size(); i++) {
            Site site = sites.get(i);
            permitted.set(
                    i,
                    policy.places()
                                    .objection(site.id(), site.cloud(), site.region())
                                    .isEmpty()
                            && near(site, policy));
        }
        return permitted;
    }

    private static boolean near(Site site, Policy policy) {
        return policy.clients().entrySet().stream()
                .allMatch(group -> group.getValue()
                        .p95()
                        .map(limit ->
                                site.p95Millis().getOrDefault(group.getKey(), Double.MAX_VALUE) <= limit.toMillis())
                        .orElse(true));
    }
}
