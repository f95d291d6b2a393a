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
