package io.supercloud.app.manager;

import static io.supercloud.app.manager.ManagedCluster.AMBER;
import static io.supercloud.app.manager.ManagedCluster.BIRCH;
import static io.supercloud.app.manager.ManagedCluster.CEDAR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.app.config.MarketConfig.Act;
import io.supercloud.core.HostId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall;
import io.supercloud.migration.HostHint;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.migration.Paths;
import io.supercloud.migration.VmRecord.Desired;
import io.supercloud.optimizer.Offer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MarketLoopTest {
    private static final Duration EVERY = Duration.ofMinutes(5);
    private static final Duration STAY = Duration.ofMinutes(30);
    private static final List<String> ZONES = List.of("a", "b", "c");

    @TempDir
    private Path folder;

    private Path prices() {
        return folder.resolve("prices.json");
    }

    /** A deployment with a running VM, web, at amber-1, which has been there for longer than it must stay. */
    private void with(Act act, String policy, Consumer<Bed> test) {
        try {
            Path file = Files.writeString(folder.resolve("policy.yaml"), "name: test\n" + policy);
            String market = """
                    policy: %s
                    market: {act: %s, every: 5m, staleAfter: 30m, feeds: [{form: ec2, file: %s}]}
                    """.formatted(file, act.name().toLowerCase(Locale.ROOT), prices());
            try (ManagedCluster cluster = new ManagedCluster(folder, market)) {
                Bed bed = new Bed(cluster, cluster.vm("web", AMBER, Desired.RUNNING));
                bed.tell(1, 1, 1);
                bed.loop.look();
                bed.cluster.pass(STAY);
                test.accept(bed);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private final class Bed {
        private final ManagedCluster cluster;
        private final VmId vm;
        private MarketLoop loop;

        Bed(ManagedCluster cluster, VmId vm) {
            this.cluster = cluster;
            this.vm = vm;
            restart();
        }

        /** Another manager leads. */
        void restart() {
            loop = new MarketLoop(
                    cluster.config,
                    cluster.config.market().orElseThrow(),
                    cluster.directory,
                    cluster.registry,
                    cluster.vms,
                    cluster.moves,
                    cluster::now);
        }

        /** The feed's document, written now: dollars an hour at the three sites. */
        void tell(Object amber, Object birch, Object cedar) {
            StringBuilder json = new StringBuilder("{\"SpotPriceHistory\": [");
            List<Object> prices = List.of(amber, birch, cedar);
            for (int i = 0; i < prices.size(); i++) {
                json.append(i == 0 ? "" : ",").append("""
                        {"AvailabilityZone": "us-east-1%s", "InstanceType": "cc2.8xlarge", "SpotPrice": "%s",
                         "ProductDescription": "Linux/UNIX", "Timestamp": "%s"}
                        """.formatted(ZONES.get(i), prices.get(i), cluster.now()));
            }
            tellText(json.append("]}").toString());
        }

        void tellText(String text) {
            try {
                Files.writeString(prices(), text);
                writtenAt(cluster.now());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        void hint(HostId host) {
            cluster.registry.create(Paths.hint(host), Json.write(new HostHint(host, cluster.now())));
        }

        void writtenAt(Instant at) {
            try {
                Files.setLastModifiedTime(prices(), FileTime.from(at));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }

        HostId lookedAfter(Duration time) {
            cluster.pass(time);
            loop.look();
            return cluster.hostOf(vm);
        }

        List<DecisionLog.Entry> decisions() {
            return new DecisionLog(cluster.directory.decisions()).last(new VmId("web"), Integer.MAX_VALUE);
        }

        long told(String kind) {
            return cluster.events.all().stream()
                    .filter(event -> event.kind().equals(kind))
                    .count();
        }
    }

    @Test
    void aVmMovesToWhereItBecameCheaperAndTheDecisionIsRecordedAndTold() {
        with(Act.MOVE, "", bed -> {
            bed.tell(1, 1, 0.3);
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(CEDAR);
            assertThat(bed.told("policy.decided")).isEqualTo(1);
            DecisionLog.Entry entry = bed.decisions().getFirst();
            assertThat(entry.outcome()).isEqualTo("moved");
            assertThat(entry.again().account()).isEqualTo(entry.account());
            assertThat(bed.cluster.moves.why(bed.vm, List.of(entry.told())).decisions())
                    .first()
                    .satisfies(decided -> assertThat(decided.place()).isEqualTo("cedar-1"));
        });
    }

    @Test
    void aHintAboutAHostLetsItsVmLeaveForLittleAndAloneMovesNothing() {
        with(Act.MOVE, "minimum-gain: 5%\negress-per-gib: 10\nhorizon: 1h\n", bed -> {
            bed.tell(1, 1, 0.9);
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(AMBER);
            bed.hint(AMBER);
            bed.tell(1, 1, 1);
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(AMBER);
            bed.tell(1, 1, 0.9);
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(CEDAR);
        });
        with(Act.MOVE, "minimum-gain: 5%\negress-per-gib: 10\nhorizon: 1h\n", bed -> {
            bed.hint(AMBER);
            bed.cluster.pass(Duration.ofHours(7));
            bed.tell(1, 1, 0.9);
            assertThat(bed.lookedAfter(EVERY)).as("an old hint").isEqualTo(AMBER);
        });
    }

    @Test
    void whoAdvisesMovesNothingAndTellsTheSameAdviceOnce() {
        with(Act.ADVISE, "", bed -> {
            bed.tell(1, 1, 0.3);
            for (int i = 0; i < 5; i++) {
                assertThat(bed.lookedAfter(EVERY)).isEqualTo(AMBER);
            }
            assertThat(bed.told("policy.advised")).isEqualTo(1);
            assertThat(bed.decisions()).extracting(DecisionLog.Entry::outcome).containsOnlyOnce("advised");
            bed.tell(1, 1, 0.2);
            bed.lookedAfter(EVERY);
            assertThat(bed.told("policy.advised")).isEqualTo(2);
            assertThat(bed.told("policy.decided")).isZero();
        });
    }

    @Test
    void aVmThatMustStayIsAskedForWhenItsStayIsOverAndAnotherManagerKnowsThatToo() {
        with(Act.MOVE, "minimum-stay: 42m\n", bed -> {
            bed.lookedAfter(Duration.ofMinutes(42));
            bed.tell(1, 1, 0.3);
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(CEDAR);
            bed.tell(0.1, 1, 2);
            bed.restart();
            assertThat(bed.loop.look()).isEqualTo(EVERY);
            assertThat(bed.lookedAfter(Duration.ofMinutes(39))).isEqualTo(CEDAR);
            bed.tell(0.1, 1, 2);
            bed.restart();
            assertThat(bed.loop.look()).isEqualTo(Duration.ofMinutes(3));
            assertThat(bed.lookedAfter(Duration.ofMinutes(3))).isEqualTo(AMBER);
        });
    }

    @Test
    void aVmMovesNoMoreOftenThanItsPolicyPermits() {
        with(Act.MOVE, "moves-per-day: 2\nminimum-stay: 0s\n", bed -> {
            for (int round = 0; round < 57; round++) {
                bed.tell(round % 2 == 0 ? 2 : 0.1, 1, round % 2 == 0 ? 0.1 : 2);
                bed.lookedAfter(Duration.ofMinutes(25));
            }
            assertThat(bed.cluster.moves.of(bed.vm)).hasSize(2);
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "0.0", "-0.1", "-1e9", "NaN", "Infinity", "1e99", "1e-400", "", "free", "24.01"})
    void aPriceThatCannotBeMovesNobody(String price) {
        with(Act.MOVE, "", bed -> {
            for (int i = 0; i < 3; i++) {
                bed.tell(1, 1, price);
                assertThat(bed.lookedAfter(EVERY)).as(price).isEqualTo(AMBER);
            }
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{",
                "null",
                "[]",
                "{\"SpotPriceHistory\": [{\"AvailabilityZone\": \"us-east-1c\", \"InstanceType\": \"cc2.8",
                "{\"SpotPriceHistory\": 7}",
                "{\"SpotPriceHistory\": []}"
            })
    void aDocumentThatIsNoneMovesNobodyAndIsToldOnce(String text) {
        with(Act.MOVE, "", bed -> {
            for (int i = 0; i < 20; i++) {
                bed.tellText(text);
                assertThat(bed.lookedAfter(EVERY)).isEqualTo(AMBER);
            }
            assertThat(bed.told("market.unread")).isEqualTo(text.endsWith("[]}") ? 0 : 1);
        });
    }

    @Test
    void aPriceThatIsStaleOrOfTheFutureOrWhoseFileIsGoneMovesNobody() {
        with(Act.MOVE, "", bed -> {
            bed.tell(1, 1, 0.1);
            bed.writtenAt(bed.cluster.now().minus(Duration.ofMinutes(31)));
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(AMBER);
            bed.writtenAt(bed.cluster.now().plus(Duration.ofHours(9)));
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(AMBER);
            try {
                Files.delete(prices());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(AMBER);
            assertThat(bed.told("market.unread")).isEqualTo(1);
            bed.restart();
            bed.tell(1, 1, 0.1);
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(CEDAR);
        });
    }

    /** Whatever is told: each move went where a price could be believed, and to less than half of what it left. */
    @Test
    void noSequenceOfDocumentsMovesAVmToAPriceThatCannotBe() {
        long seed = 77;
        Random random = new Random(seed);
        List<Object> prices = List.of(0.3, 1, 2, 0, -1, "NaN", "1e300", 25, "", 0.0001, 2.4);
        with(Act.MOVE, "minimum-stay: 10m\nmoves-per-day: 5\nminimum-gain: 50%\n", bed -> {
            for (int i = 0; i < 600; i++) {
                bed.tell(
                        prices.get(random.nextInt(prices.size())),
                        prices.get(random.nextInt(prices.size())),
                        prices.get(random.nextInt(prices.size())));
                if (random.nextInt(5) == 0) {
                    bed.writtenAt(bed.cluster.now().plusSeconds(random.nextInt(20_000) - 10_000));
                }
                bed.lookedAfter(Duration.ofSeconds(1 + random.nextInt(900)));
            }
            List<DecisionLog.Entry> moved = bed.decisions().stream()
                    .filter(entry -> entry.outcome().equals("moved"))
                    .toList();
            assertThat(moved).as("seed %d", seed).hasSizeGreaterThan(3).allSatisfy(entry -> {
                Offer chosen = entry.account().chosen().orElseThrow();
                assertThat(chosen.distrust(Duration.ofMinutes(30))).isEmpty();
                assertThat(chosen.dollarsPerHour().orElseThrow())
                        .isLessThanOrEqualTo(0.5
                                * entry.account()
                                        .current()
                                        .orElseThrow()
                                        .dollarsPerHour()
                                        .orElseThrow());
            });
            for (int i = 5; i < moved.size(); i++) {
                assertThat(Duration.between(
                                moved.get(i).account().at(),
                                moved.get(i - 5).account().at()))
                        .as("seed %d", seed)
                        .isGreaterThanOrEqualTo(Duration.ofDays(1));
            }
        });
    }

    @Test
    void noVmGoesWhereTheQuotaIsUsedUpNorToAHostUnderNotice() {
        with(Act.MOVE, "", bed -> {
            bed.cluster.vm("one", BIRCH, Desired.RUNNING);
            bed.cluster.vm("two", BIRCH, Desired.RUNNING);
            bed.cluster.notice(CEDAR, Duration.ofMinutes(2));
            bed.tell(1, 0.1, 0.1);
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(AMBER);
            assertThat(bed.cluster.moves.of(bed.vm)).isEmpty();
            assertThat(bed.told("policy.refused")).isZero();
        });
    }

    @Test
    void whatFailedIsNotTriedAgainForAWhileAndSaysWhy() {
        with(Act.MOVE, "", bed -> {
            bed.cluster.agents.before = (host, call) -> {
                if (call instanceof HostCall.DescribeHost && host.equals(CEDAR)) {
                    throw new MigrationException("cedar is busy");
                }
            };
            bed.tell(1, 1, 0.1);
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(AMBER);
            assertThat(bed.told("policy.decided")).isEqualTo(1);
            assertThat(bed.told("policy.refused")).isEqualTo(1);
            assertThat(bed.decisions().getFirst().outcome()).contains("cedar is busy");
            bed.cluster.agents.before = (host, call) -> {};
            bed.tell(1, 1, 0.1);
            assertThat(bed.lookedAfter(MarketLoop.REST.minusSeconds(1))).isEqualTo(AMBER);
            bed.tell(1, 1, 0.1);
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(CEDAR);
        });
    }

    @Test
    void aVmThatDoesNotRunIsLeftAlone() {
        with(Act.MOVE, "", bed -> {
            VmId idle = bed.cluster.vm("idle", AMBER, Desired.STOPPED);
            bed.lookedAfter(STAY);
            bed.tell(1, 1, 0.1);
            assertThat(bed.lookedAfter(EVERY)).isEqualTo(CEDAR);
            assertThat(bed.cluster.hostOf(idle)).isEqualTo(AMBER);
        });
    }

    @Test
    void recordedPricesAreNotReplayedWhereAMarketMovesVms() {
        with(
                Act.MOVE,
                "",
                bed -> assertThatThrownBy(() -> new MarketReplay(
                                bed.cluster.config,
                                bed.cluster.directory,
                                bed.cluster.alive,
                                bed.cluster.vms,
                                bed.cluster.moves,
                                new ControlRequest.ReplayMarket(
                                        new VmId("web"),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        1,
                                        1,
                                        1)))
                        .isInstanceOf(InvalidValueException.class)
                        .hasMessageContaining("act: advise"));
    }

    @Test
    void aMonthsSpendingBeginsAnewWithTheMonthAndGoesOnUnderAnotherManager() {
        Instant before = Instant.parse("2026-01-31T22:00:00Z");
        MarketSpending.Record record = new MarketSpending.Record("2026-01", 5, before, Map.of("old", before));
        MarketSpending.Record hourLater = record.after(before.plusSeconds(3600), 2, List.of("old", "new"));
        assertThat(hourLater.dollars()).isEqualTo(7);
        assertThat(hourLater.seen()).containsEntry("old", before).containsKey("new");
        MarketSpending.Record february = hourLater.after(before.plusSeconds(3 * 3600), 2, List.of("new"));
        assertThat(february.month()).isEqualTo("2026-02");
        assertThat(february.dollars()).isEqualTo(2);
        assertThat(february.seen()).containsOnlyKeys("new");
        assertThat(february.after(before, 2, List.of()).dollars()).isEqualTo(2);
    }
}
