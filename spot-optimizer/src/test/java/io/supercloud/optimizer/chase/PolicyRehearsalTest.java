package io.supercloud.optimizer.chase;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.supercloud.core.InvalidValueException;
import io.supercloud.optimizer.PriceTrace;
import io.supercloud.optimizer.data.EgressTariff;
import io.supercloud.optimizer.data.ListPrices;
import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.PolicyFile;
import io.supercloud.settings.Settings;
import java.io.StringReader;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class PolicyRehearsalTest {
    private static final String TYPE = "cc2.8xlarge";
    private static final PriceTrace SHIPPED = PriceTrace.shipped();
    private static final ChaseMarket MARKET = Recording.of(List.of(SHIPPED), ListPrices.unknown())
            .getFirst()
            .market(
                    TYPE,
                    List.copyOf(SHIPPED.pools()),
                    new ChaseRules(Duration.ofSeconds(4), 10, Duration.ofMinutes(2)),
                    60.0 * (1 << 20) / 1e9,
                    EgressTariff.unknown());

    private static PolicyRehearsal.Report rehearse(Policy policy) {
        return PolicyRehearsal.run(
                Recording.of(List.of(PriceTrace.shipped()), ListPrices.unknown())
                        .getFirst(),
                EgressTariff.unknown(),
                new PolicyRehearsal.Request(
                        policy,
                        TYPE,
                        Instant.EPOCH,
                        Instant.parse("2030-01-01T00:00:00Z"),
                        Duration.ofDays(3),
                        10,
                        4,
                        new ChaseRules(Duration.ofSeconds(30), 10, Duration.ofMinutes(2)),
                        1),
                _ -> {});
    }

    @Test
    void aPolicyIsToldBesideOthersAndNoneIsBelowTheOptimum() {
        PolicyRehearsal.Report report = rehearse(Policy.standard());
        Map<String, PolicyRehearsal.Line> lines =
                report.lines().stream().collect(Collectors.toMap(PolicyRehearsal.Line::policy, Function.identity()));
        assertThat(lines)
                .containsOnlyKeys(
                        "policy cheapest", "ours", "greedy", "smart spot", "best static", "clairvoyant", "on-demand");
        assertThat(lines.values())
                .allSatisfy(line -> assertThat(line.timesOptimum()).isGreaterThanOrEqualTo(1 - 1e-9));
        assertThat(lines.get("clairvoyant").timesOptimum()).isCloseTo(1, within(1e-9));
        assertThat(lines.get("policy cheapest").dollars())
                .isLessThan(lines.get("best static").dollars());
        assertThat(lines.get("policy cheapest").moves()).isPositive();
    }

    /** The hours of {@code make demo}: without the question at the end of a stay the policy paid $5.53 for $4.69. */
    @Test
    void inTheDemosHoursThePolicyPaysLessThanWhoStaysPut() {
        Instant begin = Instant.parse("2013-01-03T11:00:00Z");
        ChaseAccount account = fromStart(begin, Duration.ofHours(8), 1);
        assertThat(account.dollars()).isLessThan(stayPut(begin, Duration.ofHours(8), 1));
    }

    /**
     * 8 hours from every third hour of the shipped market and from each zone, a VM of 60 MiB, moves of 4 s, policy built in.
     * README tells these figures.
     */
    @Test
    void overManyStartTimesThePolicySavesFourTenthsOfStayingPut() {
        Duration length = Duration.ofHours(8);
        double policy = 0;
        double stayPut = 0;
        int dearer = 0;
        int runs = 0;
        for (Instant begin = Instant.parse("2013-01-01T17:00:00Z");
                begin.plus(length).isBefore(SHIPPED.end());
                begin = begin.plus(Duration.ofHours(3))) {
            for (int zone = 0; zone < MARKET.size(); zone++) {
                double dollars = fromStart(begin, length, zone).dollars();
                double stay = stayPut(begin, length, zone);
                policy += dollars;
                stayPut += stay;
                dearer += dollars > stay + 1e-9 ? 1 : 0;
                runs++;
            }
        }
        String figures = "%d runs: $%.2f, staying put $%.2f, dearer in %d"
                .formatted(runs, policy / runs, stayPut / runs, dearer);
        assertThat(policy).as(figures).isLessThan(0.6 * stayPut);
        assertThat((double) dearer / runs).as(figures).isLessThan(0.05);
    }

    private static ChaseAccount fromStart(Instant begin, Duration length, int zone) {
        PolicyChaser policy = new PolicyChaser(
                Policy.standard(),
                List.copyOf(SHIPPED.pools()),
                MARKET.places().stream()
                        .map(ChaseMarket.Place::listDollarsPerHour)
                        .toList(),
                60 << 20);
        return ChaseRun.from(
                MARKET,
                policy,
                zone,
                MARKET.beginMillis(),
                begin.toEpochMilli(),
                begin.plus(length).toEpochMilli());
    }

    private static double stayPut(Instant begin, Duration length, int zone) {
        return MARKET.places()
                .get(zone)
                .prices()
                .dollars(begin.toEpochMilli(), begin.plus(length).toEpochMilli());
    }

    @Test
    void aRehearsalGivesTheSameFiguresAgain() {
        assertThat(rehearse(Policy.standard())).isEqualTo(rehearse(Policy.standard()));
    }

    @Test
    void placesThatThePolicyForbidsAreNotInIt() {
        Policy strict = PolicyFile.read(Settings.parse("strict.yaml", "name: strict\nsites: {allowed: [us-east-1a]}\n"))
                .slice();
        assertThatThrownBy(() -> rehearse(strict))
                .isInstanceOf(InvalidValueException.class)
                .hasMessageContaining("1 places for cc2.8xlarge that policy 'strict' permits");
    }

    @Test
    void theSampleRunSaysWhereEachPolicyWasAndWhatItPaid() {
        RehearsalSample sample = rehearse(Policy.standard()).sample();
        assertThat(sample.prices()).hasSize(3);
        assertThat(sample.tracks())
                .extracting(RehearsalSample.Track::policy)
                .containsExactly("policy cheapest", "ours", "greedy", "smart spot", "clairvoyant");
        double optimum = sample.tracks().getLast().dollars().getLast();
        for (RehearsalSample.Track track : sample.tracks()) {
            assertThat(track.dollars()).as(track.policy()).isSorted();
            assertThat(track.dollars().getLast()).as(track.policy()).isBetween(optimum - 1e-9, 3 * optimum);
        }
    }

    @Test
    void whatTheSampleSaysWasPaidIsWhatTheRunsAccountSays() {
        ChaseMarket market = RandomMarkets.market(
                RandomMarkets.rules(Duration.ofMinutes(12), 1e9),
                0.01,
                RandomMarkets.random(1, 1, 0, 200),
                RandomMarkets.random(2, 2, 0, 200),
                RandomMarkets.random(3, 3, 0, 200));
        long from = market.beginMillis();
        long to = market.endMillis();
        ChaseAccount account = ChaseRun.of(market, new RehearsingChaser(), from, from, to);
        RehearsalSample sample = RehearsalSample.of(market, from, to).with(market, "ours", account);
        assertThat(sample.tracks().getFirst().dollars().getLast()).isCloseTo(account.dollars(), within(1e-6));
    }

    @Test
    void thePageIsWellFormedLoadsNothingAndTakesNamesForText() throws Exception {
        PolicyRehearsal.Report report = rehearse(Policy.standard());
        PolicyRehearsal.Report hostile = new PolicyRehearsal.Report(
                "<script>alert(1)</script>",
                report.instanceType(),
                report.places(),
                report.runs(),
                report.hours(),
                report.lines(),
                report.sample());
        String page = RehearsalPage.of(hostile);
        assertThat(page)
                .doesNotContain("<script")
                .contains("&lt;script&gt;", "clairvoyant", "on-demand", "best static")
                .doesNotContainPattern("(src|href)=");
        String body = page.replace("<!DOCTYPE html>", "")
                .replace("<meta charset=\"utf-8\">", "")
                .replace("&plusmn;", "");
        assertThat(DocumentBuilderFactory.newDefaultInstance()
                        .newDocumentBuilder()
                        .parse(new InputSource(new StringReader(body)))
                        .getElementsByTagName("svg")
                        .getLength())
                .isEqualTo(4);
    }
}
