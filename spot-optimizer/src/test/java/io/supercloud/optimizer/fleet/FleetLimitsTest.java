package io.supercloud.optimizer.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.optimizer.Rental;
import io.supercloud.optimizer.policy.PolicyFile;
import io.supercloud.settings.Settings;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Fleets whose limits bind. Each VM fills an instance, so a plan costs the sum of its places. */
class FleetLimitsTest {
    private static final List<String> SITES = List.of("a", "b", "c", "d");
    private static final List<String> CLOUDS = List.of("aws", "aws", "gcp", "azure");
    private static final Fleet.Rules RULES = new Fleet.Rules(1, 1, 0, 10, 0);
    private static final double CHEAPEST_EVER = 0.1;

    private static Fleet.Terms terms() {
        return new Fleet.Terms(0, 0, 0);
    }

    private static Fleet.Offer offer(int site, Rental rental, double price) {
        return new Fleet.Offer(site, "one", 2, 4, price, terms(), rental);
    }

    private static Fleet.Vm vm(int number, int site, BitSet permitted, Optional<String> apart) {
        return new Fleet.Vm("vm" + number, 2, 4, site, 1, permitted, Optional.empty(), apart);
    }

    private static BitSet all() {
        BitSet all = new BitSet();
        all.set(0, SITES.size());
        return all;
    }

    private static List<Fleet.Vm> anywhere(int count, int site) {
        return IntStream.range(0, count)
                .mapToObj(number -> vm(number, site, all(), Optional.empty()))
                .toList();
    }

    private static List<Fleet.Offer> offers(double... prices) {
        List<Fleet.Offer> offers = new ArrayList<>();
        for (int site = 0; site < prices.length; site++) {
            offers.add(offer(site, Rental.SPOT, prices[site]));
            offers.add(offer(site, Rental.ON_DEMAND, 3 * prices[site]));
        }
        return offers;
    }

    private static Fleet.Limits limits(double spotShare, int sites, int clouds, double budget) {
        return new Fleet.Limits(spotShare, sites, clouds, budget, CLOUDS);
    }

    private static FleetPlan plan(List<Fleet.Vm> vms, Fleet.Limits limits, List<Fleet.Offer> offers) {
        return new FleetPlanner(new Fleet(SITES, vms, RULES, limits), offers).plan();
    }

    private static long onSpot(FleetPlan plan) {
        return plan.instances().values().stream()
                .flatMap(List::stream)
                .filter(instance -> instance.offer().rental() == Rental.SPOT)
                .mapToLong(instance -> instance.vms().size())
                .sum();
    }

    @Test
    void noMoreThanTheirShareIsOnSpotInstances() {
        FleetPlan plan = plan(anywhere(10, Fleet.NOWHERE), limits(0.35, 1, 1, 100), offers(0.3, 0.2, 0.5, 0.4));
        assertThat(onSpot(plan)).isEqualTo(3);
        assertThat(plan.siteOfVm()).containsOnly(1);
        assertThat(plan.dollarsPerHour()).isCloseTo(3 * 0.2 + 7 * 0.6, within(1e-9));
        assertThat(plan.violations()).isEmpty();
    }

    @Test
    void aFleetIsSpreadOverAsManySitesAndCloudsAsAreAskedForAndThereAreVms() {
        List<Fleet.Offer> offers = offers(0.3, 0.2, 0.5, 0.4);
        assertThat(plan(anywhere(6, 1), limits(1, 2, 1, 100), offers).siteOfVm())
                .containsOnlyOnce(0)
                .containsOnly(0, 1);
        assertThat(plan(anywhere(6, 1), limits(1, 1, 2, 100), offers).siteOfVm())
                .containsOnlyOnce(3)
                .containsOnly(3, 1);
        FleetPlan all = plan(anywhere(6, 1), limits(1, 4, 3, 100), offers);
        assertThat(all.siteOfVm()).contains(0, 1, 2, 3);
        assertThat(all.violations()).isEmpty();
        assertThat(plan(anywhere(2, 1), limits(1, 4, 3, 100), offers).violations())
                .isEmpty();
    }

    @Test
    void whatCannotBeKeptIsTold() {
        BitSet here = new BitSet();
        here.set(0);
        List<Fleet.Vm> bound = Stream.of(0, 1)
                .map(number -> vm(number, 0, here, Optional.empty()))
                .toList();
        FleetPlan plan = plan(bound, limits(0.5, 2, 2, 0.1), List.of(offer(0, Rental.SPOT, 1)));
        assertThat(plan.siteOfVm()).containsExactly(0, 0);
        assertThat(plan.violations())
                .containsExactly(
                        "2 of 2 VMs are on spot instances; 1 may be, and no others are offered to the rest",
                        "the VMs are at 1 clouds; 2 are asked for, and the VMs are permitted no others",
                        "the VMs are at 1 sites; 2 are asked for, and the VMs are permitted no others",
                        "the instances cost $2.0000 an hour; the budget is $0.1000");
    }

    @Test
    void aBudgetSendsVmsAwayThatWouldStayForTheCostOfMoving() {
        Fleet.Rules sticky = new Fleet.Rules(1, 1, 0.9, 1, 100);
        List<Fleet.Offer> offers = offers(0.2, 1, 1, 1);
        Fleet free = new Fleet(SITES, anywhere(8, 1), sticky, limits(1, 1, 1, 8));
        assertThat(new FleetPlanner(free, offers).plan().moves(free)).isEmpty();
        Fleet tight = new Fleet(SITES, anywhere(8, 1), sticky, limits(1, 1, 1, 6.9));
        FleetPlan plan = new FleetPlanner(tight, offers).plan();
        assertThat(plan.moves(tight)).hasSize(2);
        assertThat(plan.dollarsPerHour()).isLessThanOrEqualTo(6.9);
        assertThat(plan.violations()).isEmpty();
    }

    /** On every small fleet: the limits are kept where they can be, at most a little above the cheapest plan that keeps them. */
    @Test
    void limitsAreKeptWhereverTheyCanBeAtLittleMoreThanTheLeastRent() {
        double worst = 1;
        double sum = 0;
        int kept = 0;
        for (long seed = 0; seed < 150; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Fleet.Vm> vms = new ArrayList<>();
            for (int number = 0; number < 5; number++) {
                BitSet permitted = all();
                permitted.clear(random.nextInt(SITES.size() + 2));
                boolean apart = number < 3 && random.nextInt(3) == 0;
                vms.add(vm(number, Fleet.NOWHERE, permitted, apart ? Optional.of("apart") : Optional.empty()));
            }
            List<Fleet.Offer> offers = new ArrayList<>();
            for (int site = 0; site < SITES.size(); site++) {
                offers.add(offer(site, Rental.SPOT, CHEAPEST_EVER + random.nextDouble()));
                if (random.nextInt(4) > 0) {
                    offers.add(offer(site, Rental.ON_DEMAND, 1 + random.nextDouble()));
                }
            }
            Fleet.Limits limits = limits(
                    random.nextInt(6) / 5.0, 1 + random.nextInt(4), 1 + random.nextInt(3), 3 + 5 * random.nextDouble());
            FleetPlan plan = plan(vms, limits, offers);
            double least = least(vms, limits, offers);
            if (least <= limits.dollarsPerHour() / 1.1) {
                assertThat(plan.violations()).as("seed %d", seed).isEmpty();
                assertThat(plan.dollarsPerHour()).as("seed %d", seed).isGreaterThanOrEqualTo(least - 1e-9);
                worst = Math.max(worst, plan.dollarsPerHour() / least);
                sum += plan.dollarsPerHour() / least;
                kept++;
            } else if (least > limits.dollarsPerHour()) {
                assertThat(plan.violations()).as("seed %d", seed).isNotEmpty();
            }
        }
        assertThat(kept).isGreaterThan(50);
        assertThat(worst).as("worst of %d", kept).isLessThan(1.1);
        assertThat(sum / kept).as("mean of %d", kept).isLessThan(1.005);
    }

    /** The least rent of all plans that keep all limits but the budget; infinite where there is none. */
    private static double least(List<Fleet.Vm> vms, Fleet.Limits limits, List<Fleet.Offer> offers) {
        double least = Double.POSITIVE_INFINITY;
        int plans = (int) Math.pow(offers.size(), vms.size());
        for (int number = 0; number < plans; number++) {
            List<Fleet.Offer> chosen = new ArrayList<>();
            boolean good = true;
            int rest = number;
            List<Integer> apart = new ArrayList<>();
            for (Fleet.Vm vm : vms) {
                Fleet.Offer offer = offers.get(rest % offers.size());
                rest /= offers.size();
                chosen.add(offer);
                good &= vm.permitted().get(offer.site());
                if (vm.apart().isPresent()) {
                    good &= !apart.contains(offer.site());
                    apart.add(offer.site());
                }
            }
            long spot =
                    chosen.stream().filter(each -> each.rental() == Rental.SPOT).count();
            long sites = chosen.stream().map(Fleet.Offer::site).distinct().count();
            long clouds = chosen.stream()
                    .map(each -> CLOUDS.get(each.site()))
                    .distinct()
                    .count();
            if (good
                    && spot <= limits.spotShare() * vms.size() + 1e-9
                    && sites >= limits.leastSites()
                    && clouds >= limits.leastClouds()) {
                least = Math.min(
                        least,
                        chosen.stream().mapToDouble(Fleet.Offer::dollarsPerHour).sum());
            }
        }
        return least;
    }

    @Test
    void aReplanUnderLimitsIsThePlanThatOneFromScratchWouldBe() {
        SplittableRandom random = new SplittableRandom(9);
        RandomFleet made = RandomFleet.of(random, 200, 6, 4);
        List<Fleet.Offer> now = new ArrayList<>(made.offers());
        made.offers()
                .forEach(spot -> now.add(new Fleet.Offer(
                        spot.site(),
                        spot.instanceType(),
                        spot.cpus(),
                        spot.memoryGib(),
                        2.5 * spot.dollarsPerHour(),
                        terms(),
                        Rental.ON_DEMAND)));
        Fleet fleet = new Fleet(
                made.fleet().sites(),
                made.fleet().vms(),
                made.fleet().rules(),
                new Fleet.Limits(0.6, 5, 2, 12, List.of("x", "x", "x", "y", "y", "z")));
        FleetPlanner planner = new FleetPlanner(fleet, now);
        for (int change = 0; change < 20; change++) {
            int index = random.nextInt(now.size());
            Fleet.Offer changed = RandomFleet.repriced(random, now.get(index));
            now.set(index, changed);
            FleetPlan plan = planner.replan(changed);
            assertThat(plan).isEqualTo(new FleetPlanner(fleet, now).plan());
            assertThat(onSpot(plan)).isLessThanOrEqualTo(120);
        }
    }

    /** Groups, places that are permitted to some, limits of all kinds, and prices that tie. */
    @Test
    void aReplanOfAnyFleetIsThePlanThatOneFromScratchWouldBe() {
        for (long seed = 0; seed < 25; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            List<Fleet.Vm> vms = new ArrayList<>();
            for (int number = 0; number < 60; number++) {
                BitSet permitted = all();
                permitted.clear(random.nextInt(2 * SITES.size()));
                Optional<String> together = number % 7 == 0 ? Optional.of("t" + number / 20) : Optional.empty();
                Optional<String> apart = number % 5 == 1 ? Optional.of("a" + number / 15) : Optional.empty();
                vms.add(new Fleet.Vm(
                        "vm" + number,
                        0.5 + random.nextInt(3) / 2.0,
                        1 + random.nextInt(3),
                        random.nextInt(-1, SITES.size()),
                        1,
                        together.isPresent() ? all() : permitted,
                        together,
                        apart));
            }
            List<Fleet.Offer> now = new ArrayList<>();
            for (int site = 0; site < SITES.size(); site++) {
                for (Rental rental : Rental.values()) {
                    for (double size : new double[] {2, 8}) {
                        now.add(new Fleet.Offer(
                                site, "t" + size, size, 2 * size, size * (1 + rental.ordinal()), terms(), rental));
                    }
                }
            }
            Fleet.Limits limits = limits(
                    random.nextInt(5) / 4.0,
                    1 + random.nextInt(4),
                    1 + random.nextInt(3),
                    40 + 60 * random.nextDouble());
            Fleet fleet = new Fleet(SITES, vms, new Fleet.Rules(1, 1, 0.05, 10, 0.05), limits);
            FleetPlanner planner = new FleetPlanner(fleet, now);
            for (int change = 0; change < 15; change++) {
                int index = random.nextInt(now.size());
                Fleet.Offer old = now.get(index);
                Fleet.Offer changed = new Fleet.Offer(
                        old.site(),
                        old.instanceType(),
                        old.cpus(),
                        old.memoryGib(),
                        old.cpus() * (2 + random.nextInt(5)) / 4,
                        old.terms(),
                        old.rental());
                now.set(index, changed);
                assertThat(planner.replan(changed))
                        .as("seed %d, change %d", seed, change)
                        .isEqualTo(new FleetPlanner(fleet, now).plan());
            }
        }
    }

    @Test
    void aPolicysLimitsAreTheFleets() {
        PolicyFile policies = PolicyFile.read(Settings.parse(
                "p", "name: p\nspot-share: 40%\ndiversity: {sites: 3, clouds: 2}\nbudget: {hour: 7.5}\n"));
        List<PolicyFleet.Site> sites = List.of(
                new PolicyFleet.Site(new SiteId("a"), "aws", "us-east-1", Map.of()),
                new PolicyFleet.Site(new SiteId("b"), "gcp", "europe-west3", Map.of()));
        Fleet fleet = PolicyFleet.of(
                sites,
                List.of(new PolicyFleet.Member(new VmId("v"), 1, 1, Optional.empty(), 0, policies.slice())),
                RULES,
                policies.slice());
        assertThat(fleet.limits()).isEqualTo(new Fleet.Limits(0.4, 3, 2, 7.5, List.of("aws", "gcp")));
    }

    @Test
    void cloudsThatAreCountedMustBeKnown() {
        assertThatThrownBy(() -> new Fleet(SITES, anywhere(1, 0), RULES, new Fleet.Limits(1, 1, 2, 1, List.of("aws"))))
                .isInstanceOf(InvalidValueException.class)
                .hasMessage("4 sites have 1 clouds; each needs one where clouds are counted");
    }
}
