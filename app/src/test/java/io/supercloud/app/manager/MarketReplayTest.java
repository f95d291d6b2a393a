package io.supercloud.app.manager;

import static io.supercloud.app.manager.ManagedCluster.AMBER;
import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.HostId;
import io.supercloud.core.VmId;
import io.supercloud.migration.VmRecord.Desired;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MarketReplayTest {
    private static final long LIMIT_MILLIS = 60_000;
    private static final double AT_ONCE = 1e12;
    private static final VmId SHOP = new VmId("shop");

    @TempDir
    private Path folder;

    /** The shipped market until a VM that was renamed has moved once. */
    private Answers.Replay replay(String name, Optional<HostId> doomed) throws Exception {
        try (ManagedCluster cluster = new ManagedCluster(Files.createDirectory(folder.resolve(name)))) {
            VmId vm = cluster.vm("web", AMBER, Desired.RUNNING);
            new VmLife(cluster.registry, cluster.agents, InstantSource.system(), cluster.vms, cluster.moves)
                    .rename(vm, SHOP);
            doomed.ifPresent(host -> cluster.notice(host, Duration.ofMinutes(2)));
            ControlRequest.ReplayMarket request = new ControlRequest.ReplayMarket(
                    SHOP, Optional.empty(), Optional.empty(), Optional.empty(), 1, LIMIT_MILLIS, AT_ONCE);
            return new MarketReplay(
                            cluster.config, cluster.directory, cluster.alive, cluster.vms, cluster.moves, request)
                    .run(line -> {});
        }
    }

    @Test
    void aRenamedVmFollowsTheMarketAndNoPriceDrawsItToAHostUnderNotice() throws Exception {
        Answers.Replay free = replay("free", Optional.empty());
        assertThat(free.moves()).hasSize(1);
        HostId cheapest = new HostId(free.moves().getFirst().to());
        Answers.Replay wary = replay("wary", Optional.of(cheapest));
        assertThat(wary.moves()).isNotEmpty().extracting(Answers.Move::to).doesNotContain(cheapest.value());
        assertThat(folder.resolve("wary/decisions.jsonl"))
                .content()
                .contains("moved")
                .doesNotContain("refused");
    }

    /** Where it went the price rises while it must stay; then nothing changes for hours. */
    @Test
    void aVmThatMustStayIsDecidedForWhenItsStayIsOverAndNotOnlyWhenAPriceChanges() throws Exception {
        Path trace = folder.resolve("trace.csv");
        Files.writeString(trace, """
                ts_utc,cloud,region,zone,instance_type,spot_usd_h,ondemand_usd_h
                2013-01-01T00:00:00Z,aws,us-east-1,us-east-1a,cc2.8xlarge,1.0,2.4
                2013-01-01T00:00:00Z,aws,us-east-1,us-east-1b,cc2.8xlarge,2.0,2.4
                2013-01-01T00:00:00Z,aws,us-east-1,us-east-1c,cc2.8xlarge,1.2,2.4
                2013-01-01T01:00:00Z,aws,us-east-1,us-east-1b,cc2.8xlarge,0.2,2.4
                2013-01-01T01:10:00Z,aws,us-east-1,us-east-1b,cc2.8xlarge,2.0,2.4
                2013-01-01T09:00:00Z,aws,us-east-1,us-east-1b,cc2.8xlarge,0.2,2.4
                """);
        try (ManagedCluster cluster = new ManagedCluster(Files.createDirectory(folder.resolve("stay")))) {
            cluster.vm("web", AMBER, Desired.RUNNING);
            ControlRequest.ReplayMarket request = new ControlRequest.ReplayMarket(
                    new VmId("web"),
                    Optional.of(trace.toString()),
                    Optional.empty(),
                    Optional.empty(),
                    2,
                    LIMIT_MILLIS,
                    AT_ONCE);
            Answers.Replay replay = new MarketReplay(
                            cluster.config, cluster.directory, cluster.alive, cluster.vms, cluster.moves, request)
                    .run(line -> {});
            assertThat(replay.moves()).hasSize(2);
            assertThat(replay.places().getLast().from()).isEqualTo(Instant.parse("2013-01-01T01:30:00Z"));
        }
    }

    @Test
    void aLoggedDecisionIsMadeAgainFromItsInputs() throws Exception {
        replay("logged", Optional.empty());
        List<DecisionLog.Entry> entries =
                new DecisionLog(folder.resolve("logged/decisions.jsonl")).last(SHOP, Integer.MAX_VALUE);
        assertThat(entries).hasSizeGreaterThan(1);
        assertThat(entries.getFirst().outcome()).isEqualTo("moved");
        assertThat(entries)
                .allSatisfy(entry -> assertThat(entry.again().account()).isEqualTo(entry.account()));
    }
}
