package io.supercloud.optimizer.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.optimizer.policy.PolicyFile;
import io.supercloud.settings.Settings;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FleetPlannerTest {
    private static final Fleet.Rules RULES = new Fleet.Rules(2, 1, 0.1, 10, 0.1);

    private static BitSet sites(int... permitted) {
        BitSet sites = new BitSet();
        Arrays.stream(permitted).forEach(sites::set);
        return sites;
    }

    private static Fleet.Vm vm(int number, int site, BitSet permitted, String together, String apart) {
        return new Fleet.Vm(
                "vm" + number, 2, 4, site, 1, permitted, Optional.ofNullable(together), Optional.ofNullable(apart));
    }

    private static Fleet fleet(Fleet.Vm... vms) {
        return new Fleet(List.of("a", "b", "c"), List.of(vms), RULES);
    }

    private static List<Fleet.Offer> offers(double... prices) {
        return IntStream.range(0, prices.length)
                .mapToObj(site -> new Fleet.Offer(site, "large", 8, 32, prices[site]))
                .toList();
    }

    @Test
    void vmsShareInstancesUpToTheLimitsOfOversubscription() {
        Fleet.Vm[] vms = IntStream.range(0, 16)
                .mapToObj(i -> vm(i, Fleet.NOWHERE, sites(0, 1, 2), null, null))
                .toArray(Fleet.Vm[]::new);
        FleetPlan plan = new FleetPlanner(fleet(vms), offers(1, 0.8, 0.9)).plan();
        assertThat(plan.siteOfVm()).containsOnly(1);
        assertThat(plan.standbyOfVm()).containsOnly(2);
        assertThat(plan.instances().get(1))
                .hasSize(2)
                .allSatisfy(instance -> assertThat(instance.vms()).hasSize(8));
        assertThat(plan.dollarsPerHour()).isEqualTo(1.6);
    }

    @Test
    void aVmMovesOnlyWhereTheGainIsWorthIt() {
        Fleet fleet = fleet(vm(0, 0, sites(0, 1, 2), null, null));
        assertThat(new FleetPlanner(fleet, offers(1, 0.95, 1)).plan().moves(fleet))
                .isEmpty();
        assertThat(new FleetPlanner(fleet, offers(1, 0.5, 1)).plan().moves(fleet))
                .containsExactly(0);
        Fleet heavy = new Fleet(
                fleet.sites(),
                List.of(new Fleet.Vm("big", 2, 4, 0, 1_000, sites(0, 1), Optional.empty(), Optional.empty())),
                RULES);
        assertThat(new FleetPlanner(heavy, offers(1, 0.5, 1)).plan().moves(heavy))
                .isEmpty();
    }

    @Test
    void aVmLeavesASiteThatIsNotPermittedAndNeverGoesToOne() {
        Fleet fleet = fleet(vm(0, 0, sites(2), null, null), vm(1, 1, sites(1), null, null));
        FleetPlan plan = new FleetPlanner(fleet, offers(0.1, 0.2, 5)).plan();
        assertThat(plan.siteOfVm()).containsExactly(2, 1);
        assertThat(plan.standbyOfVm()).containsOnly(Fleet.NOWHERE);
    }

    @Test
    void groupsAreTogetherOrApart() {
        Fleet fleet = fleet(
                vm(0, Fleet.NOWHERE, sites(0, 1), "pair", null),
                vm(1, Fleet.NOWHERE, sites(1, 2), "pair", null),
                vm(2, Fleet.NOWHERE, sites(0, 1, 2), null, "quorum"),
                vm(3, Fleet.NOWHERE, sites(0, 1, 2), null, "quorum"),
                vm(4, Fleet.NOWHERE, sites(0, 1, 2), null, "quorum"));
        FleetPlan plan = new FleetPlanner(fleet, offers(0.1, 0.2, 0.3)).plan();
        assertThat(plan.siteOfVm().subList(0, 2)).containsOnly(1);
        assertThat(plan.siteOfVm().subList(2, 5)).containsExactly(0, 1, 2);
    }

    @Test
    void aVmThatFitsNowhereIsRefusedByName() {
        Fleet fleet = new Fleet(
                List.of("a"),
                List.of(new Fleet.Vm("giant", 99, 4, -1, 1, sites(0), Optional.empty(), Optional.empty())),
                RULES);
        assertThatThrownBy(() -> new FleetPlanner(fleet, offers(1)))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("giant");
    }

    @Test
    void aReplanIsThePlanThatOneFromScratchWouldBe() {
        SplittableRandom random = new SplittableRandom(5);
        RandomFleet made = RandomFleet.of(random, 300, 6, 5);
        FleetPlanner planner = new FleetPlanner(made.fleet(), made.offers());
        planner.plan();
        List<Fleet.Offer> now = new ArrayList<>(made.offers());
        for (int change = 0; change < 40; change++) {
            int index = random.nextInt(now.size());
            Fleet.Offer changed = RandomFleet.repriced(random, now.get(index));
            now.set(index, changed);
            assertThat(planner.replan(changed)).isEqualTo(new FleetPlanner(made.fleet(), now).plan());
        }
    }

    @Test
    void everyVmIsOnOneInstanceThatHoldsIt() {
        for (long seed = 0; seed < 10; seed++) {
            RandomFleet made = RandomFleet.of(new SplittableRandom(seed), 400, 5, 4);
            FleetPlan plan = new FleetPlanner(made.fleet(), made.offers()).plan();
            List<Integer> placed = new ArrayList<>();
            for (Map.Entry<Integer, List<FleetPlan.Instance>> site :
                    plan.instances().entrySet()) {
                for (FleetPlan.Instance instance : site.getValue()) {
                    placed.addAll(instance.vms());
                    double cpus = instance.vms().stream()
                            .mapToDouble(vm -> made.fleet().vms().get(vm).cpus())
                            .sum();
                    assertThat(instance.offer().site()).isEqualTo(site.getKey());
                    assertThat(cpus).isLessThanOrEqualTo(2 * instance.offer().cpus() + 1e-6);
                    assertThat(instance.vms())
                            .allMatch(vm -> plan.siteOfVm().get(vm).equals(site.getKey()));
                }
            }
            assertThat(placed).as("seed %d", seed).hasSize(400).doesNotHaveDuplicates();
        }
    }

    @Test
    void packingIsWithinThreePercentOfTheOptimum() {
        double packed = 0;
        double optimal = 0;
        for (long seed = 0; seed < 20; seed++) {
            RandomFleet made = RandomFleet.of(new SplittableRandom(seed), 10, 1, 4);
            double plan = new FleetPlanner(made.fleet(), made.offers()).plan().dollarsPerHour();
            double optimum = optimum(made);
            assertThat(plan).as("seed %d", seed).isBetween(optimum - 1e-9, optimum * 1.03);
            packed += plan;
            optimal += optimum;
        }
        assertThat(packed / optimal).isLessThan(1.01);
    }

    /** By dynamic programming over all subsets of VMs. */
    private static double optimum(RandomFleet made) {
        int count = made.fleet().vms().size();
        double[] bin = new double[1 << count];
        double[] best = new double[1 << count];
        for (int subset = 1; subset < bin.length; subset++) {
            double cpus = 0;
            double memory = 0;
            for (int vm = 0; vm < count; vm++) {
                cpus += (subset >> vm & 1) * made.fleet().vms().get(vm).cpus();
                memory += (subset >> vm & 1) * made.fleet().vms().get(vm).memoryGib();
            }
            double needCpus = cpus;
            double needMemory = memory;
            bin[subset] = made.offers().stream()
                    .filter(offer -> needCpus <= 2 * offer.cpus() + 1e-9 && needMemory <= offer.memoryGib() + 1e-9)
                    .mapToDouble(Fleet.Offer::dollarsPerHour)
                    .min()
                    .orElse(Double.POSITIVE_INFINITY);
            best[subset] = bin[subset];
            for (int part = (subset - 1) & subset; part > 0; part = (part - 1) & subset) {
                best[subset] = Math.min(best[subset], bin[part] + best[subset ^ part]);
            }
        }
        return best[best.length - 1];
    }

    @Test
    void anInstanceThatIsOftenLostOrBilledByTheDayCountsAsDearer() {
        Fleet fleet = fleet(vm(0, Fleet.NOWHERE, sites(0, 1, 2), null, null));
        Fleet.Offer safe = new Fleet.Offer(0, "large", 8, 32, 1);
        Fleet.Offer fickle = new Fleet.Offer(1, "large", 8, 32, 0.9, new Fleet.Terms(0, 0.5, 0.5));
        Fleet.Offer coarse = new Fleet.Offer(2, "large", 8, 32, 0.8, new Fleet.Terms(24, 0, 0));
        assertThat(new FleetPlanner(fleet, List.of(safe, fickle, coarse)).plan().siteOfVm())
                .containsExactly(0);
        Fleet.Offer steadier = new Fleet.Offer(1, "large", 8, 32, 0.9, new Fleet.Terms(1, 0.01, 0.5));
        FleetPlan plan = new FleetPlanner(fleet, List.of(safe, steadier, coarse)).plan();
        assertThat(plan.siteOfVm()).containsExactly(1);
        assertThat(plan.dollarsPerHour()).isEqualTo(0.9);
    }

    @Test
    void policiesBecomeWhatAPlanHoldsTo() {
        List<PolicyFleet.Site> places = List.of(
                new PolicyFleet.Site(new SiteId("a"), "aws", "us-east-1", Map.of("munich", 90.0)),
                new PolicyFleet.Site(new SiteId("b"), "aws", "eu-west-1", Map.of("munich", 30.0)),
                new PolicyFleet.Site(new SiteId("c"), "gcp", "europe-west3", Map.of("munich", 9.0)));
        PolicyFile policies = PolicyFile.read(Settings.parse("p", """
                name: p
                anti-affinity: dbs
                vms:
                  near: {clients: {munich: {p95: 20ms}}}
                  resident: {data-residency: ['eu-*']}
                """));
        List<PolicyFleet.Member> members = Stream.of("near", "resident", "free")
                .map(VmId::new)
                .map(vm -> new PolicyFleet.Member(vm, 2, 4, Optional.empty(), 1, policies.of(vm)))
                .toList();
        FleetPlan plan =
                new FleetPlanner(PolicyFleet.of(places, members, RULES, policies.slice()), offers(0.1, 5, 5)).plan();
        assertThat(plan.siteOfVm()).containsExactly(2, 1, 0);
        assertThatThrownBy(() -> PolicyFleet.of(
                        places,
                        List.of(new PolicyFleet.Member(
                                new VmId("lost"), 2, 4, Optional.of(new SiteId("d")), 1, policies.slice())),
                        RULES,
                        policies.slice()))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage("VM lost is at d, which is none of [a, b, c]");
    }
}
