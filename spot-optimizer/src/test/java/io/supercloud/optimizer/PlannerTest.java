package io.supercloud.optimizer;

import static io.supercloud.optimizer.Market.NOON;
import static io.supercloud.optimizer.Market.hour;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.PolicyFile;
import io.supercloud.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlannerTest {
    private static final SiteId EAST = new SiteId("east");
    private static final SiteId WEST = new SiteId("west");
    private static final SiteId NORTH = new SiteId("north");
    private static final long GIB = 1L << 30;

    private static final Policy POLICY = policy("");

    private static Policy policy(String more) {
        return PolicyFile.read(Settings.parse("test", """
                        name: test
                        egress-per-gib: 0.01
                        minimum-gain: 10%
                        minimum-stay: 1h
                        """ + more)).slice();
    }

    private static Offer offer(SiteId site, double price) {
        return Offer.spot(
                site, Market.pool(site.value()), Optional.of(new Quote(price, hour(-5))), Duration.ofSeconds(1), 1.0);
    }

    private static VmSituation vm(Instant since, Instant... moves) {
        return VmSituation.onSpot(new VmId("web"), EAST, since, List.of(moves), GIB, Duration.ofMinutes(6));
    }

    private static Decision decide(Policy policy, VmSituation vm, Offer... offers) {
        return Planner.decide(new Snapshot(NOON, vm, List.of(offers), Slice.ALONE), policy);
    }

    private static Decision decide(Offer... offers) {
        return decide(POLICY, vm(hour(-10)), offers);
    }

    private static String reasonAgainst(SiteId site, Decision decision) {
        return decision.account().rejected().stream()
                .filter(rejection -> rejection.offer().site().equals(site))
                .map(Decision.Rejection::reason)
                .findFirst()
                .orElseThrow();
    }

    private static final Policy COSTLY = PolicyFile.read(Settings.parse(
                    "test", "name: test\negress-per-gib: 1.0\nminimum-gain: 5%\nminimum-stay: 1h\nhorizon: 6h\n"))
            .slice();

    @Test
    void aHintLetsAMovePayThatWouldNotOtherwise() {
        assertThat(decide(COSTLY, vm(hour(-10)), offer(EAST, 0.5), offer(WEST, 0.4)))
                .isInstanceOf(Decision.Stay.class);
        assertThat(decide(COSTLY, vm(hour(-10)), offer(EAST, 0.5).hinted(true), offer(WEST, 0.4)))
                .isInstanceOf(Decision.Move.class);
    }

    @Test
    void aHintAloneNeverSendsAVmToWhereItCostsMoreOrHardlyLess() {
        for (double price : new double[] {0.49, 0.5, 0.51, 0.9}) {
            assertThat(decide(COSTLY, vm(hour(-10)), offer(EAST, 0.5).hinted(true), offer(WEST, price)))
                    .as("$%s", price)
                    .isInstanceOf(Decision.Stay.class);
        }
    }

    @Test
    void aPlaceThatItsCloudHintsAtIsChosenOnlyWhereItPaysForLeavingItToo() {
        Decision decision =
                decide(COSTLY, vm(hour(-10)), offer(EAST, 0.9), offer(WEST, 0.3).hinted(true), offer(NORTH, 0.4));
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Move.class, move -> assertThat(move.target()).isEqualTo(NORTH));
        assertThat(decide(
                        COSTLY,
                        vm(hour(-10)),
                        offer(EAST, 0.6),
                        offer(WEST, 0.35).hinted(true)))
                .isInstanceOf(Decision.Stay.class);
        assertThat(decide(COSTLY, vm(hour(-10)), offer(EAST, 0.6), offer(WEST, 0.35)))
                .isInstanceOf(Decision.Move.class);
    }

    @Test
    void theCheapestOfferWinsAndTheMoveIsAccountedFor() {
        Decision decision = decide(offer(EAST, 0.5), offer(WEST, 0.3), offer(NORTH, 0.2));
        assertThat(decision)
                .isInstanceOfSatisfying(
                        Decision.Move.class, move -> assertThat(move.target()).isEqualTo(NORTH));
        assertThat(decision.account().expectedSavingDollars()).isCloseTo(1.8, Offset.offset(1e-9));
        assertThat(decision.account().moveCost().egressDollars()).isCloseTo(0.01, Offset.offset(1e-9));
        assertThat(decision.account().moveCost().doubleRunningDollars()).isCloseTo(0.02, Offset.offset(1e-9));
        assertThat(decision.account().current()).contains(offer(EAST, 0.5));
        assertThat(decision.account().chosen()).contains(offer(NORTH, 0.2));
        assertThat(reasonAgainst(WEST, decision)).isEqualTo("it costs $0.3000 an hour, $0.2000 an hour at north");
        assertThat(decision.account().reason())
                .isEqualTo("north costs $0.2000 an hour instead of $0.5000 an hour at east: saves $1.8000 in 6h for a"
                        + " move of $0.0300");
    }

    @Test
    void aSmallGainIsNoReasonToMove() {
        Decision decision = decide(offer(EAST, 0.5), offer(WEST, 0.46));
        assertThat(decision).isInstanceOf(Decision.Stay.class);
        assertThat(decision.account().expectedSavingDollars()).isZero();
        assertThat(decision.account().chosen()).contains(offer(EAST, 0.5));
        assertThat(reasonAgainst(WEST, decision))
                .isEqualTo(
                        "it costs $0.4600 an hour, 8.0 % less than the $0.5000 an hour here; the policy asks for 10.0 %");
    }

    @Test
    void aSavingBelowTheCostOfTheMoveIsNoReasonToMove() {
        Decision decision = decide(policy("horizon: 1m\n"), vm(hour(-10)), offer(EAST, 0.5), offer(WEST, 0.2));
        assertThat(decision).isInstanceOf(Decision.Stay.class);
        assertThat(reasonAgainst(WEST, decision)).isEqualTo("it saves $0.0050 in 1m, and the move costs $0.0300");
    }

    @Test
    void theVmStaysForItsMinimumStay() {
        assertThat(decide(POLICY, vm(hour(-0.5)), offer(EAST, 0.5), offer(WEST, 0.2))
                        .account()
                        .reason())
                .isEqualTo("the VM came 30m ago and stays at least 1h");
        assertThat(decide(POLICY, vm(hour(-1)), offer(EAST, 0.5), offer(WEST, 0.2)))
                .isInstanceOf(Decision.Move.class);
    }

    @Test
    void movesPerDayAreCountedOverTheLast24Hours() {
        Policy twice = policy("moves-per-day: 2\n");
        Offer[] offers = {offer(EAST, 0.5), offer(WEST, 0.2)};
        assertThat(decide(twice, vm(hour(-2), hour(-2), hour(-23)), offers)).isInstanceOf(Decision.Stay.class);
        assertThat(decide(twice, vm(hour(-2), hour(-2), hour(-24)), offers)).isInstanceOf(Decision.Move.class);
    }

    @Test
    void aStayThatThePaceDecidesTellsWhenThePaceIsOver() {
        Offer[] offers = {offer(EAST, 0.5), offer(WEST, 0.2)};
        assertThat(decide(POLICY, vm(hour(-0.5)), offers).account().reconsider())
                .contains(hour(0.5));
        assertThat(decide(policy("moves-per-day: 2\n"), vm(hour(-2), hour(-2), hour(-23), hour(-22)), offers)
                        .account()
                        .reconsider())
                .contains(hour(2));
        assertThat(decide(policy("quiet-hours: [08:00-12:30, 12:20-14:00]\n"), vm(hour(-9)), offers)
                        .account()
                        .reconsider())
                .contains(hour(2));
        assertThat(decide(policy("quiet-hours: [08:00-08:00]\n"), vm(hour(-9)), offers)
                        .account()
                        .reconsider())
                .isEmpty();
        assertThat(decide(policy("moves-per-day: 0\n"), vm(hour(-9)), offers)
                        .account()
                        .reconsider())
                .isEmpty();
    }

    @Test
    void aStayThatPricesDecideTellsNoTimeAndAMoveNeither() {
        assertThat(decide(offer(EAST, 0.5), offer(WEST, 0.49)).account().reconsider())
                .isEmpty();
        assertThat(decide(POLICY, vm(hour(-0.5)), offer(EAST, 0.5), offer(WEST, 0.6))
                        .account()
                        .reconsider())
                .isEmpty();
        assertThat(decide(offer(EAST, 0.5), offer(WEST, 0.2)).account().reconsider())
                .isEmpty();
    }

    /** Asked again at the time that was told it never waits, and just before that it does. */
    @Test
    void noVmWaitsLongerThanItsPaceSays() {
        long seed = 20_130_103;
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            Policy policy = policy("moves-per-day: %d\nquiet-hours: [%s %02d:00-%02d:30]\n"
                    .formatted(
                            1 + random.nextInt(4),
                            List.of("mon-fri", "thu", "sat-sun", "fri-mon").get(random.nextInt(4)),
                            random.nextInt(24),
                            random.nextInt(24)));
            Instant[] moves = random.doubles(random.nextInt(7), -30, 0)
                    .mapToObj(Market::hour)
                    .toArray(Instant[]::new);
            VmSituation vm = vm(hour(-2 * random.nextDouble()), moves);
            Offer[] offers = {offer(EAST, 0.5), offer(WEST, 0.2)};
            decide(policy, vm, offers).account().reconsider().ifPresent(opens -> {
                assertThat(Planner.decide(new Snapshot(opens, vm, List.of(offers), Slice.ALONE), policy))
                        .as("seed %d: %s at %s", seed, policy.text(), opens)
                        .isInstanceOf(Decision.Move.class);
                assertThat(Planner.decide(new Snapshot(opens.minusMillis(1), vm, List.of(offers), Slice.ALONE), policy))
                        .as("seed %d: %s before %s", seed, policy.text(), opens)
                        .isInstanceOf(Decision.Stay.class);
            });
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, -0.0, -1, Double.NaN, Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY, 10.01})
    void aPriceThatCannotBeNeverDrawsAVm(double price) {
        Decision decision = decide(offer(EAST, 9.9), offer(WEST, price));
        assertThat(decision).isInstanceOf(Decision.Stay.class);
        assertThat(reasonAgainst(WEST, decision)).startsWith("the price ");
        assertThat(decide(policy("sites: {forbidden: [east]}\n"), vm(hour(-10)), offer(EAST, 9.9), offer(WEST, price)))
                .isInstanceOf(Decision.Stay.class);
    }

    @Test
    void aMissingOrStalePriceNeverDrawsAVm() {
        Offer missing = Offer.spot(WEST, Market.B, Optional.empty(), Duration.ZERO, 1);
        Offer stale = Offer.spot(NORTH, Market.C, Optional.of(new Quote(0.1, hour(-9))), Duration.ofHours(2), 1);
        Offer ofTheFuture = Offer.spot(new SiteId("south"), Market.C, stale.quote(), Duration.ofSeconds(-1), 1);
        Decision decision = decide(offer(EAST, 0.5), missing, stale, ofTheFuture);
        assertThat(decision).isInstanceOf(Decision.Stay.class);
        assertThat(reasonAgainst(WEST, decision)).isEqualTo("the market tells no price");
        assertThat(reasonAgainst(NORTH, decision)).isEqualTo("the price is stale: last confirmed 7200 s ago");
        assertThat(decision.account().rejected()).hasSize(3);
    }

    @Test
    void anUnknownPriceWhereTheVmIsDrivesItNowhere() {
        assertThat(decide(offer(EAST, Double.NaN), offer(WEST, 0.2))).isInstanceOf(Decision.Stay.class);
        assertThat(decide(offer(WEST, 0.2))).isInstanceOf(Decision.Stay.class);
    }

    @Test
    void aPriceBeyondBeliefWhereTheVmIsDrivesItAwayButCountsNoHigherThanTheBound() {
        Decision decision = decide(offer(EAST, 1_000), offer(WEST, 0.2));
        assertThat(decision).isInstanceOf(Decision.Move.class);
        assertThat(decision.account().expectedSavingDollars()).isCloseTo(9.8 * 6, Offset.offset(1e-9));
    }

    @Test
    void aVmLeavesASiteThatIsForbiddenAtOnceEvenForMoreMoney() {
        Decision decision =
                decide(policy("sites: {forbidden: [east]}\n"), vm(NOON), offer(EAST, 0.2), offer(WEST, 0.5));
        assertThat(decision).isInstanceOf(Decision.Move.class);
    }

    @Test
    void sitesAndTypesOutsideThePolicyAreRejected() {
        Decision decision = decide(
                policy("instance-type: c1\nsites: {allowed: [east, west]}\n"),
                vm(hour(-10)),
                offer(EAST, 0.5),
                offer(WEST, 0.2),
                offer(NORTH, 0.1));
        assertThat(decision).isInstanceOf(Decision.Stay.class);
        assertThat(reasonAgainst(WEST, decision)).isEqualTo("the policy asks for the instance type c1");
        assertThat(reasonAgainst(NORTH, decision)).isEqualTo("the policy does not permit this site");
    }

    @Test
    void equalInputsGiveEqualDecisionsInWhateverOrderTheyCome() {
        List<Offer> offers = new ArrayList<>(List.of(offer(EAST, 0.5), offer(WEST, 0.2), offer(NORTH, 0.2)));
        Decision first = Planner.decide(new Snapshot(NOON, vm(hour(-10)), offers, Slice.ALONE), POLICY);
        for (long seed = 0; seed < 20; seed++) {
            Collections.shuffle(offers, new Random(seed));
            assertThat(Planner.decide(new Snapshot(NOON, vm(hour(-10)), offers, Slice.ALONE), POLICY))
                    .as("seed %d", seed)
                    .isEqualTo(first);
        }
        assertThat(first)
                .isInstanceOfSatisfying(
                        Decision.Move.class, move -> assertThat(move.target()).isEqualTo(NORTH));
        assertThat(first.account().inputDigest()).hasSize(64);
    }

    @Test
    void anyOtherInputGivesAnotherDigest() {
        String digest = decide(offer(EAST, 0.5), offer(WEST, 0.2)).account().inputDigest();
        assertThat(List.of(
                        decide(offer(EAST, 0.5), offer(WEST, 0.21)),
                        decide(policy("horizon: 5h\n"), vm(hour(-10)), offer(EAST, 0.5), offer(WEST, 0.2)),
                        decide(POLICY, vm(hour(-9)), offer(EAST, 0.5), offer(WEST, 0.2))))
                .noneMatch(decision -> decision.account().inputDigest().equals(digest));
    }

    @Test
    void aSnapshotHasOneOfferPerSiteAndWayOfRenting() {
        assertThatThrownBy(() -> decide(offer(EAST, 0.5), offer(EAST, 0.4))).isInstanceOf(InvalidValueException.class);
    }
}
