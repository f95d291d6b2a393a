package io.supercloud.app.manager;

import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.MigrationException;
import io.supercloud.optimizer.Decision;
import io.supercloud.optimizer.Offer;
import io.supercloud.optimizer.Slice;
import io.supercloud.optimizer.Snapshot;
import io.supercloud.optimizer.VmSituation;
import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.PolicyFile;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What goes into a decision for a VM, and what comes of one; the same on a replayed market and on one that runs. */
final class MarketDecisions {
    private final Vms vms;
    private final Moves moves;

    MarketDecisions(Vms vms, Moves moves) {
        this.vms = vms;
        this.moves = moves;
    }

    /**
     * The VM that is decided for.
     *
     * @param name by which its user calls it
     * @param since when it came to {@code here}
     * @param recentMoves of the last 24 hours at least
     * @param workDone of its job, where it has one
     * @param spentDollars by its slice in this month
     */
    record Subject(
            VmId name,
            VmId id,
            SiteId here,
            Instant since,
            List<Instant> recentMoves,
            Duration workDone,
            double spentDollars) {}

    /** @param move where there was one; it may have failed */
    record Outcome(String text, Optional<Answers.Move> move) {
        boolean moved() {
            return move.filter(made -> made.failure().isEmpty()).isPresent();
        }
    }

    /** @param open the sites that the VM may come to */
    Snapshot snapshot(SiteMarket market, PolicyFile policies, Subject subject, Predicate<SiteId> open) {
        Moves.Cost cost = moves.lastCost(subject.id());
        return new Snapshot(
                market.instant(),
                new VmSituation(
                        subject.name(),
                        subject.here(),
                        market.offer(subject.here()).rental(),
                        VmSituation.Footing.SAFE,
                        subject.since(),
                        subject.recentMoves(),
                        cost.bytes(),
                        cost.time(),
                        subject.workDone()),
                market.offers(subject.here(), open),
                new Slice(neighbours(market, policies, subject.name()), subject.spentDollars()));
    }

    /** The other VMs of the deployment that are at a site. */
    private List<Slice.Neighbour> neighbours(SiteMarket market, PolicyFile policies, VmId name) {
        return vms.places().entrySet().stream()
                .filter(other -> !other.getKey().equals(name))
                .map(other -> {
                    Offer offer = market.offer(other.getValue());
                    Policy policy = policies.of(other.getKey());
                    return new Slice.Neighbour(
                            other.getKey(),
                            offer.site(),
                            offer.pool().cloud(),
                            offer.rental(),
                            cautiousPrice(offer, policy.prices().staleAfter()),
                            policy.spread().affinity(),
                            policy.spread().antiAffinity());
                })
                .toList();
    }

    /** Dollars an hour: the price where it can be believed, else the list price. */
    static double cautiousPrice(Offer offer, Duration staleAfter) {
        return offer.distrust(staleAfter).isEmpty()
                ? offer.dollarsPerHour().orElseThrow()
                : offer.onDemandDollarsPerHour();
    }

    /** Tells of the decision and moves the VM; blocks until the move has ended. */
    Outcome carryOut(Subject subject, Decision.Move decision, Consumer<String> progress) {
        Decision.Account account = decision.account();
        tell("policy.decided", subject.id(), decision);
        try {
            Answers.Move move = moves.move(subject.id(), decision.target().value(), account.reason(), progress);
            return new Outcome(move.failure().map("failed: "::concat).orElse("moved"), Optional.of(move));
        } catch (MigrationException e) {
            progress.accept("VM %s does not move now: %s".formatted(subject.name(), e.getMessage()));
            return new Outcome("refused: " + e.getMessage(), Optional.empty());
        }
    }

    void tell(String kind, VmId vm, Decision.Move decision) {
        Decision.Account account = decision.account();
        moves.publish(
                kind,
                vm.value(),
                account.reason(),
                Map.of(
                        "to",
                        decision.target().value(),
                        "market",
                        account.at().toString(),
                        "digest",
                        account.inputDigest()));
    }
}
