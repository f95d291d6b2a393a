package io.supercloud.migration;

import io.supercloud.core.HostId;
import io.supercloud.core.SupercloudException;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostCall.HostFacts;
import io.supercloud.migration.HostCall.MoveOrder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks both hosts what step 1 has to know; judging is {@link MoveChecks}' and {@link Forecaster}'s. */
final class MoveEstimates {
    private static final Logger log = LoggerFactory.getLogger(MoveEstimates.class);

    private final MoveJournal journal;
    private final HostAgent.Directory hosts;
    private final Links links;

    MoveEstimates(MoveJournal journal, HostAgent.Directory hosts, Links links) {
        this.journal = journal;
        this.hosts = hosts;
        this.links = links;
    }

    List<String> objections(MoveOrder order) {
        HostFacts source = hosts.of(order.source()).call(new HostCall.DescribeHost());
        HostFacts target = hosts.of(order.target()).call(new HostCall.DescribeHost());
        return MoveChecks.objections(order, source, target);
    }

    Optional<MoveForecast> forecast(MoveOrder order) {
        return Optional.ofNullable(forecasts(order.vm(), order.source(), Set.of(order.target()), 1, order.manner())
                .get(order.target()));
    }

    /** By target; none where the source cannot say: a move does not fail for want of a forecast. */
    Map<HostId, MoveForecast> forecasts(VmId vm, HostId source, Set<HostId> targets, int streams, MoveManner manner) {
        try {
            HostCall.VmLoad load = hosts.of(source).call(new HostCall.MeasureVm(vm));
            Forecaster forecaster = new Forecaster(journal.all());
            Map<HostId, MoveForecast> found = new HashMap<>();
            for (HostId target : targets) {
                Links.Link link = links.between(source, target).shared(streams);
                found.put(target, forecaster.forecast(vm, target, load, link, manner));
            }
            return found;
        } catch (SupercloudException e) {
            log.warn("no forecast for VM {}: {}", vm, e.getMessage());
            return Map.of();
        }
    }
}
