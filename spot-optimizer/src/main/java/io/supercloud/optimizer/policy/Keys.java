package io.supercloud.optimizer.policy;

import io.supercloud.core.SiteId;
import io.supercloud.optimizer.policy.Key.Scope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The table of all keys of policy files, in the order in which they are shown. */
final class Keys {
    /** The key below which each VM's own values stand. */
    static final String VMS = "vms";

    private static final int MAX_MOVES_PER_DAY = 1_000;
    private static final int MAX_PLACES = 100;
    private static final List<Key<?>> TABLE = new ArrayList<>();

    static final Key<String> NAME = slice("name", Kinds.NAMES, "noted with each decision");

    static final Key<Policy.Goal> OBJECTIVE = vm(
            "objective", Kinds.oneOf(Policy.Goal.class), "what is made small: dollars, latency to clients, or a mix");
    static final Key<Double> MILLISECOND_WORTH = vm(
            "millisecond-worth",
            Kinds.MONEY,
            "for the mix: so many dollars an hour is a millisecond of latency to clients worth");
    static final Key<Map<String, Policy.ClientGroup>> CLIENTS =
            vm("clients", Kinds.CLIENTS, "groups of clients by name: weight in the objective, highest p95 latency");

    static final Key<String> INSTANCE_TYPE = vm("instance-type", Kinds.WORDS, "the only type that may run the VM");
    static final Key<List<SiteId>> SITES_ALLOWED =
            vm("sites.allowed", Kinds.listOf(Kinds.SITE), "the only sites at which the VM may be");
    static final Key<List<SiteId>> SITES_FORBIDDEN =
            vm("sites.forbidden", Kinds.listOf(Kinds.SITE), "a VM there leaves at once");
    static final Key<List<String>> CLOUDS_ALLOWED =
            vm("clouds.allowed", Kinds.listOf(Kinds.WORDS), "the only clouds, as price files name them");
    static final Key<List<String>> CLOUDS_FORBIDDEN =
            vm("clouds.forbidden", Kinds.listOf(Kinds.WORDS), "a VM there leaves at once");
    static final Key<List<String>> REGIONS_ALLOWED =
            vm("regions.allowed", Kinds.listOf(Kinds.WORDS), "the only regions in which the VM may run");
    static final Key<List<String>> REGIONS_FORBIDDEN =
            vm("regions.forbidden", Kinds.listOf(Kinds.WORDS), "a VM there leaves at once");
    static final Key<List<RegionPattern>> DATA_RESIDENCY = vm(
            "data-residency",
            Kinds.listOf(Kinds.REGIONS),
            "patterns such as eu-* or gcp/europe-*: neither the VM nor a standby replica leaves these regions");
    static final Key<List<Requirement>> REQUIRE = vm(
            "require",
            Kinds.listOf(Kinds.EXPRESSION),
            "conditions (CEL) that an offer must fulfil, such as offer.price < 0.5 * offer.list");

    static final Key<Double> SPOT_SHARE =
            slice("spot-share", Kinds.SHARE, "at most this share of the slice's VMs is on spot instances");
    static final Key<Integer> DIVERSITY_SITES =
            slice("diversity.sites", Kinds.count(1, MAX_PLACES), "the slice is spread over at least so many sites");
    static final Key<Integer> DIVERSITY_CLOUDS =
            slice("diversity.clouds", Kinds.count(1, MAX_PLACES), "and over so many clouds");
    static final Key<String> AFFINITY = vm("affinity", Kinds.GROUP, "VMs of one such group are at one site");
    static final Key<String> ANTI_AFFINITY =
            vm("anti-affinity", Kinds.GROUP, "VMs of one such group are at different sites");

    static final Key<Double> MINIMUM_GAIN =
            vm("minimum-gain", Kinds.SHARE, "another place must be at least this much better");
    static final Key<Duration> MINIMUM_STAY =
            vm("minimum-stay", Kinds.DURATIONS, "after a move the VM stays at least so long");
    static final Key<Integer> MOVES_PER_DAY =
            vm("moves-per-day", Kinds.count(0, MAX_MOVES_PER_DAY), "most moves within 24 hours");
    static final Key<List<QuietHours>> QUIET_HOURS = vm(
            "quiet-hours",
            Kinds.listOf(Kinds.HOURS),
            "hours without moves for a better place, such as mon-fri 08:00-18:00 Europe/Berlin");
    static final Key<Duration> HORIZON = vm(
            "horizon",
            Kinds.DURATIONS,
            "the saving over this time must exceed the cost of the move; learned from the market where it is left out");

    static final Key<Double> BUDGET_HOUR =
            slice("budget.hour", Kinds.MONEY, "most dollars an hour for all VMs of the slice");
    static final Key<Double> BUDGET_MONTH =
            slice("budget.month", Kinds.MONEY, "most dollars in a calendar month (UTC)");

    static final Key<Duration> JOB_WORK = vm("job.work", Kinds.DURATIONS, "the VM does a job that takes so long");
    static final Key<Instant> JOB_DEADLINE =
            vm("job.deadline", Kinds.TIME, "and must be done then: on-demand when spot could not make it any more");

    static final Key<String> DURABILITY = vm(
            "durability",
            Kinds.matching(
                    "^(local|archived|replicated( [0-9]/[0-9]/[0-9])?)$",
                    "local, archived, replicated or replicated 3/3/2"),
            "whether the disk outlives its host");
    static final Key<Integer> STANDBY_REPLICAS =
            vm("standby-replicas", Kinds.count(0, MAX_PLACES), "at so many other sites the VM's image stands by");
    static final Key<Policy.OnNotice> ON_NOTICE = vm(
            "on-notice",
            Kinds.oneOf(Policy.OnNotice.class),
            "what to do when the cloud takes the host away: move to the best other place, or stay and be lost");
    static final Key<Policy.OnLoss> ON_LOSS = vm(
            "on-loss",
            Kinds.oneOf(Policy.OnLoss.class),
            "what to do when the host is lost: restart elsewhere (the default of replicated disks) or stay");

    static final Key<Duration> STALE_AFTER =
            slice("stale-after", Kinds.DURATIONS, "a price that was confirmed longer ago is not believed");
    static final Key<Double> EGRESS_PER_GIB =
            slice("egress-per-gib", Kinds.MONEY, "dollars for a GiB that leaves a site");

    private Keys() {}

    private static <T> Key<T> slice(String path, Kind<T> kind, String means) {
        return added(new Key<>(path, Scope.SLICE, kind, means));
    }

    private static <T> Key<T> vm(String path, Kind<T> kind, String means) {
        return added(new Key<>(path, Scope.VM, kind, means));
    }

    private static <T> Key<T> added(Key<T> key) {
        TABLE.add(key);
        return key;
    }

    static List<Key<?>> all() {
        return Collections.unmodifiableList(TABLE);
    }
}
