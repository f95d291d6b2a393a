package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall.HostFacts;
import io.supercloud.migration.HostCall.MoveOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks both hosts what step 1 has to know; judging is {@link MoveChecks}' and {@link Forecaster}'s. */
final class MoveEstimates {
    private static final Logger log = LoggerFactory.getLogger(MoveEstimates.class);

    private final MoveJournal journal;
    private final HostAgent.Directory hosts;
    private final Links links;
    private final InstantSource clock;
    /** What hosts have said of themselves last: a forecast for many VMs does not ask them again for each. */
    private final Map<HostId, StreamKinds> streams = new ConcurrentHashMap<>();

    MoveEstimates(MoveJournal journal, HostAgent.Directory hosts, Links links, InstantSource clock) {
        this.clock = clock;
        this.journal = journal;
        this.hosts = hosts;
        this.links = links;
    }

    List<String> objections(MoveOrder order) {
        Described source = describe(order.source());
        Described target = describe(order.target());
        return MoveChecks.objections(order, source.facts(), target.facts(), target.surelyAheadOf(source));
    }

    /** What a user should know of a move that nothing speaks against. */
    List<String> remarks(MoveOrder order) {
        return MoveChecks.remarks(
                order,
                describe(order.source()).facts(),
                describe(order.target()).facts());
    }

    /**
     * @param ahead of this process's clock, as if the answer had been given half-way
     * @param took the call, so that {@code ahead} may be wrong by half of it
     */
    private record Described(HostFacts facts, Duration ahead, Duration took) {
        Duration surelyAheadOf(Described other) {
            long apart = ahead.minus(other.ahead).toMillis();
            long sure = Math.max(0, Math.abs(apart) - took.plus(other.took).toMillis() / 2);
            return Duration.ofMillis(apart < 0 ? -sure : sure);
        }
    }

    private Described describe(HostId host) {
        Instant asked = clock.instant();
        HostFacts facts = hosts.of(host).call(new HostCall.DescribeHost());
        streams.put(host, facts.streams());
        Duration took = Duration.between(asked, clock.instant());
        Instant then = Instant.ofEpochMilli(facts.place().clockMillis());
        return new Described(facts, Duration.between(asked.plus(took.dividedBy(2)), then), took);
    }

    private StreamKinds streamsOf(HostId host) {
        StreamKinds known = streams.get(host);
        return known == null ? describe(host).facts().streams() : known;
    }

    Optional<MoveForecast> forecast(MoveOrder order) {
        return Optional.ofNullable(forecasts(order.vm(), order.source(), Set.of(order.target()), 1, order.manner())
                .get(order.target()));
    }

    /** By target, {@code lanes} moves beside each other; none where the source cannot say: a move does not fail for want of a forecast. */
    Map<HostId, MoveForecast> forecasts(VmId vm, HostId source, Set<HostId> targets, int lanes, MoveManner manner) {
        try {
            HostCall.VmLoad load = hosts.of(source).call(new HostCall.MeasureVm(vm));
            Forecaster forecaster = new Forecaster(journal.all());
            Map<HostId, MoveForecast> found = new HashMap<>();
            for (HostId target : targets) {
                Links.Link link = links.between(source, target).shared(lanes);
                Forecaster.Ends ends = new Forecaster.Ends(streamsOf(source), streamsOf(target));
                found.put(target, forecaster.forecast(vm, target, load, link, manner, ends));
            }
            return found;
        } catch (SupercloudException e) {
            log.warn("no forecast for VM {}: {}", vm, e.getMessage());
            return Map.of();
        }
    }
}
