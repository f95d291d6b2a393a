package io.supercloud.optimizer;

import static io.supercloud.optimizer.Market.NOON;
import static io.supercloud.optimizer.Market.hour;
import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.optimizer.VmSituation.Footing;
import io.supercloud.optimizer.policy.PolicyFile;
import io.supercloud.settings.Settings;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** No key of a policy is only parsed: for each there is a decision that it changes. */
class EveryKeyActsTest {
    private static final String BASE = "name: p\nminimum-stay: 1h\nhorizon: 6h\nstandby-replicas: 0\n";
    private static final String MUNICH = "clients: {munich: {weight: 1}}\n";

    /** The market of most cases: the VM is at east for $0.50; west costs $0.30, north, of another cloud, $0.35. */
    private static final Scene SCENE = new Scene(
            Rental.SPOT,
            Footing.SAFE,
            List.of(
                    offer("east", "aws", "eu-west-1", 0.50, 30),
                    offer("west", "aws", "us-east-1", 0.30, 90),
                    offer("north", "gcp", "europe-north1", 0.35, 20)),
            Slice.ALONE,
            hour(-10),
            Duration.ofMinutes(6));

    private record Scene(
            Rental rental, Footing footing, List<Offer> offers, Slice slice, Instant since, Duration moveTime) {
        Scene footing(Footing other) {
            return new Scene(rental, other, offers, slice, since, moveTime);
        }

        Scene with(Offer... more) {
            List<Offer> all = new ArrayList<>(offers);
            Stream.of(more).forEach(offer -> {
                all.removeIf(each -> each.site().equals(offer.site()) && each.rental() == offer.rental());
                all.add(offer);
            });
            return new Scene(rental, footing, all, slice, since, moveTime);
        }

        Scene beside(double spent, Slice.Neighbour... others) {
            return new Scene(rental, footing, offers, new Slice(List.of(others), spent), since, moveTime);
        }

        Scene since(Instant other) {
            return new Scene(rental, footing, offers, slice, other, moveTime);
        }

        Decision decide(String policy) {
            VmSituation vm = new VmSituation(
                    new VmId("web"),
                    new SiteId("east"),
                    rental,
                    footing,
                    since,
                    List.of(hour(-9)),
                    1L << 30,
                    moveTime,
                    Duration.ofHours(2));
            return Planner.decide(
                    new Snapshot(NOON, vm, offers, slice),
                    PolicyFile.read(Settings.parse("p", policy)).of(vm.vm()));
        }
    }

    private static Offer offer(String site, String cloud, String region, double price, double millis) {
        return Offer.spot(
                        new SiteId(site),
                        new Pool(cloud, region, "", site.equals("north") ? "n1" : "m1"),
                        Optional.of(new Quote(price, hour(-5))),
                        Duration.ofMinutes(1),
                        1.0)
                .withLatency(Map.of("munich", millis));
    }

    private static Offer onDemand(String site) {
        return Offer.onDemand(new SiteId(site), new Pool("aws", "eu-west-1", "", "m1"), 1.0);
    }

    private static Slice.Neighbour other(String name, String site, String cloud) {
        return new Slice.Neighbour(
                new VmId(name), new SiteId(site), cloud, Rental.SPOT, 0.4, Optional.of("shop"), Optional.of("dbs"));
    }

    /**
     * @param key that acts
     * @param base of the policy without it
     * @param line the key with a value
     * @param before where the VM goes without it
     * @param after where it goes with it
     */
    private record Case(String key, Scene scene, String base, String line, String before, String after) {
        @Override
        public String toString() {
            return line.strip();
        }
    }

    private static Case act(String key, String line, String before, String after) {
        return act(key, each -> each, "", line, before, after);
    }

    private static Case act(
            String key, UnaryOperator<Scene> scene, String more, String line, String before, String after) {
        return new Case(key, scene.apply(SCENE), BASE + more, line, before, after);
    }

    static List<Case> cases() {
        return List.of(
                act("objective", each -> each, MUNICH, "objective: latency", "west", "north"),
                act(
                        "millisecond-worth",
                        each -> each,
                        MUNICH + "objective: mix\n",
                        "millisecond-worth: 0.001",
                        "",
                        "north"),
                act("clients", "clients: {munich: {p95: 40ms}}", "west", "north"),
                act("instance-type", "instance-type: n1", "west", "north"),
                act("sites.allowed", "sites: {allowed: [east, north]}", "west", "north"),
                act("sites.forbidden", "sites: {forbidden: [west]}", "west", "north"),
                act("clouds.allowed", "clouds: {allowed: [gcp]}", "west", "north"),
                act("clouds.forbidden", "clouds: {forbidden: [aws]}", "west", "north"),
                act("regions.allowed", "regions: {allowed: [europe-north1]}", "west", "north"),
                act("regions.forbidden", "regions: {forbidden: [us-east-1]}", "west", "north"),
                act("data-residency", "data-residency: [eu-*, gcp/europe-*]", "west", "north"),
                act(
                        "require",
                        "require: ['offer.latency.munich < 50.0 && !offer.site.startsWith(\"w\")']",
                        "west",
                        "north"),
                act(
                        "spot-share",
                        each -> each.beside(0, other("a", "north", "gcp")).with(onDemand("east")),
                        "",
                        "spot-share: 50%",
                        "west",
                        "east"),
                act(
                        "diversity.sites",
                        each -> each.beside(0, other("a", "west", "aws")),
                        "",
                        "diversity: {sites: 2}",
                        "west",
                        "north"),
                act(
                        "diversity.clouds",
                        each -> each.beside(0, other("z", "west", "aws")),
                        "",
                        "diversity: {clouds: 2}",
                        "west",
                        "north"),
                act(
                        "affinity",
                        each -> each.beside(0, other("a", "north", "gcp")),
                        "",
                        "affinity: shop",
                        "west",
                        "north"),
                act(
                        "anti-affinity",
                        each -> each.beside(0, other("z", "west", "aws")),
                        "",
                        "anti-affinity: dbs",
                        "west",
                        "north"),
                act("minimum-gain", "minimum-gain: 50%", "west", "stays"),
                act("minimum-stay", "vms: {web: {minimum-stay: 12h}}", "west", "stays"),
                act("moves-per-day", "moves-per-day: 1", "west", "stays"),
                act("quiet-hours", "quiet-hours: [10:00-14:00]", "west", "stays"),
                act("horizon", "vms: {web: {horizon: 1m}}", "west", "stays"),
                act(
                        "budget.hour",
                        each -> each.since(hour(-2)).with(offer("east", "aws", "eu-west-1", 0.31, 30)),
                        "",
                        "budget: {hour: 0.305}",
                        "stays",
                        "west"),
                act(
                        "budget.month",
                        each -> each.beside(100).with(offer("east", "aws", "eu-west-1", 0.31, 30)),
                        "",
                        "budget: {month: 200}",
                        "stays",
                        "west"),
                act(
                        "job.work",
                        each -> each.with(onDemand("east")),
                        "",
                        "job: {work: 9h, deadline: '2026-01-01T19:00:00Z'}",
                        "west",
                        "east"),
                act(
                        "job.deadline",
                        each -> each.with(onDemand("east")),
                        "",
                        "job: {work: 8h, deadline: '2026-01-01T18:10:00Z'}",
                        "west",
                        "east"),
                act("durability", each -> each.footing(Footing.LOST), "", "durability: replicated", "stays", "west"),
                act(
                        "on-loss",
                        each -> each.footing(Footing.LOST),
                        "durability: replicated\n",
                        "on-loss: stay",
                        "west",
                        "stays"),
                act("on-notice", each -> each.footing(Footing.NOTICE), "", "on-notice: stay", "west", "stays"),
                act("stale-after", "stale-after: 30s", "west", "stays"),
                act("egress-per-gib", "egress-per-gib: 2", "west", "stays"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aKeyChangesWhereTheVmGoes(Case each) {
        if (!each.before().isEmpty()) {
            assertThat(place(each.scene().decide(each.base()))).as("without").isEqualTo(each.before());
        }
        assertThat(place(each.scene().decide(each.base() + each.line() + "\n")))
                .as("with")
                .isEqualTo(each.after());
    }

    private static String place(Decision decision) {
        return switch (decision) {
            case Decision.Stay _ -> "stays";
            case Decision.Move move -> move.target().value();
        };
    }

    @Test
    void standbyReplicasAreAtTheBestOtherSitesThatTheDataMayBeAt() {
        assertThat(SCENE.decide("name: p\nhorizon: 6h\nstandby-replicas: 2\n")
                        .account()
                        .standbys())
                .containsExactly(new SiteId("north"), new SiteId("east"));
        assertThat(SCENE.decide("name: p\nhorizon: 6h\nstandby-replicas: 2\ndata-residency: [us-*, gcp/*]\n")
                        .account()
                        .standbys())
                .containsExactly(new SiteId("north"));
    }

    @Test
    void theNameIsNotedWithTheDecision() {
        assertThat(SCENE.decide("name: mine\n").account().policy()).isEqualTo("mine");
    }

    @Test
    void noKeyIsLeftOut() {
        List<String> elsewhere = List.of("name", "standby-replicas");
        assertThat(Stream.concat(cases().stream().map(Case::key), elsewhere.stream())
                        .collect(Collectors.toSet()))
                .isEqualTo(PolicyFile.standard().origins(Optional.empty()).stream()
                        .map(PolicyFile.Origin::key)
                        .collect(Collectors.toSet()));
    }

    @Test
    void aMixWeighsLatencyByWhatAMillisecondIsWorth() {
        String mix = BASE + MUNICH + "objective: mix\nmillisecond-worth: ";
        assertThat(place(SCENE.decide(mix + "0.0001\n"))).isEqualTo("west");
        assertThat(place(SCENE.decide(mix + "0.001\n"))).isEqualTo("north");
    }

    @Test
    void aVmThatMustNotBeWhereItIsLeavesInQuietHoursToo() {
        assertThat(place(SCENE.since(NOON)
                        .decide(BASE + "quiet-hours: [10:00-14:00]\nregions: {forbidden: [eu-west-1]}\n")))
                .isEqualTo("west");
    }

    @Test
    void aPlaceThatIsTooFarIsLeftForAnyThatIsNotButInItsTime() {
        String near = BASE + "clients: {munich: {p95: 25ms}}\n";
        Scene dear = SCENE.with(offer("north", "gcp", "europe-north1", 0.9, 20));
        assertThat(place(dear.decide(near))).isEqualTo("north");
        assertThat(place(dear.since(hour(-0.5)).decide(near))).isEqualTo("stays");
    }

    @Test
    void onNoticeAVmGoesToAPlaceThatViolatesThePolicyBeforeItIsLost() {
        String near = BASE + "clients: {munich: {p95: 5ms}}\nclouds: {allowed: [aws]}\n";
        assertThat(place(SCENE.footing(Footing.NOTICE).since(NOON).decide(near)))
                .isEqualTo("west");
    }

    @Test
    void ofVmsInEachOthersWayOneLeaves() {
        String apart = BASE + "anti-affinity: dbs\nminimum-gain: 90%\n";
        assertThat(place(SCENE.beside(0, other("a", "east", "aws")).decide(apart)))
                .isEqualTo("west");
        assertThat(place(SCENE.beside(0, other("z", "east", "aws")).decide(apart)))
                .isEqualTo("stays");
    }
}
