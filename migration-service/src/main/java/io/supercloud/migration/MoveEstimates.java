package io.supercloud.migration;

import io.supercloud.core.SupercloudException;
import io.supercloud.migration.HostCall.HostFacts;
import io.supercloud.migration.HostCall.MoveOrder;
import java.util.List;
import java.util.Optional;
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

    /** A move does not fail for want of a forecast. */
    Optional<MoveForecast> forecast(MoveOrder order) {
        try {
            HostCall.VmLoad load = hosts.of(order.source()).call(new HostCall.MeasureVm(order.vm()));
            return Optional.of(new Forecaster(journal.all())
                    .forecast(
                            order.vm(),
                            order.target(),
                            load,
                            links.between(order.source(), order.target()),
                            order.manner().downtimeLimitMillis()));
        } catch (SupercloudException e) {
            log.warn("no forecast for move {}: {}", order.move(), e.getMessage());
            return Optional.empty();
        }
    }
}
