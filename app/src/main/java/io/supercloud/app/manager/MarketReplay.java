package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.MarketConfig.Act;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostRecord;
import io.supercloud.optimizer.CostMeter;
import io.supercloud.optimizer.Decision;
import io.supercloud.optimizer.Planner;
import io.supercloud.optimizer.PriceTrace;
import io.supercloud.optimizer.Snapshot;
import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.PolicyFile;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Replays recorded prices, lets the planner decide after each change, after each move and when the policy's pace permits
 * what it forbade, and moves the VM where it says. Market time runs fast in between; while the VM moves it runs as real
 * time does, so that a move costs what it costs.
 */
final class MarketReplay {
    /** Quiet hours are cut short: no two changes of price are further apart on the wall clock. */
    private static final long MAX_QUIET_MILLIS = 250;

    private static final long REST_POLL_NANOS = 50_000_000;
    private static final double BYTES_PER_GIB = 1 << 30;

    private final AliveHosts alive;
    private final Vms vms;
    private final Moves moves;
    private final MarketDecisions deciding;
    private final ControlRequest.ReplayMarket request;
    private final VmId vm;
    private final PolicyFile policies;
    private final Policy policy;
    private final ReplayedMarket market;
    private final DecisionLog log;
    private final List<Answers.Place> places = new ArrayList<>();
    private final List<CostMeter.Charge> charges = new ArrayList<>();
    private final List<Answers.Move> done = new ArrayList<>();
    private final List<Instant> movedAt = new ArrayList<>();
    private final Instant begin;
    private int decisions;
    private SiteId here;
    private Instant since;

    MarketReplay(
            DeploymentConfig config,
            DeploymentDirectory directory,
            AliveHosts alive,
            Vms vms,
            Moves moves,
            ControlRequest.ReplayMarket request) {
        config.market().filter(market -> market.act() == Act.MOVE).ifPresent(market -> {
            throw new InvalidValueException(
                    "deployment %s follows a market that runs: with 'market: {act: advise}' recorded prices can be replayed"
                            .formatted(config.name()));
        });
        this.alive = alive;
        this.vms = vms;
        this.moves = moves;
        this.deciding = new MarketDecisions(vms, moves);
        this.request = request;
        this.vm = vms.idOf(request.vm());
        this.policies = request.policy()
                .or(config::policy)
                .map(file -> PolicyFile.read(Path.of(file)))
                .orElseGet(PolicyFile::standard);
        this.policy = policies.of(request.vm());
        Moves.Cost cost = moves.lastCost(vm);
        this.market = new ReplayedMarket(
                config,
                request.trace().map(file -> PriceTrace.read(Path.of(file))).orElseGet(PriceTrace::shipped),
                cost.time(),
                egressDollars(cost.bytes()));
        Instant first = market.mapping().begin();
        this.begin = request.from().filter(first::isBefore).orElse(first);
        this.log = new DecisionLog(directory.decisions());
    }

    Answers.Replay run(Consumer<String> progress) {
        progress.accept(market.mapping().explanation());
        here = siteOfVm();
        market.reach(begin);
        since = begin;
        long end = System.nanoTime() + Duration.ofMillis(request.limitMillis()).toNanos();
        Instant last = begin;
        Optional<Instant> next = Optional.of(begin);
        while (next.isPresent() && done.size() < request.moves() && System.nanoTime() <= end) {
            awaitRest();
            Instant at = next.get().isAfter(market.instant()) ? next.get() : market.instant();
            pace(last, at);
            last = at;
            market.reach(at);
            next = nextQuestion(decide(progress));
        }
        return report();
    }

    /** Where it moved at once, else when a price changes or its pace permits what it forbids now; empty at the end. */
    private Optional<Instant> nextQuestion(Decision decision) {
        Instant present = market.instant();
        boolean moved = decision instanceof Decision.Move(SiteId target, Decision.Account _) && target.equals(here);
        return market.nextChange()
                .map(change -> moved
                        ? present
                        : decision.account()
                                .reconsider()
                                .filter(change::isAfter)
                                .filter(present::isBefore)
                                .orElse(change));
    }

    /** While the VM is moved by somebody else, market time passes as real time does. */
    private void awaitRest() {
        long from = System.nanoTime();
        while (moves.moving(vm)) {
            LockSupport.parkNanos(REST_POLL_NANOS);
        }
        market.reach(market.instant().plusNanos(System.nanoTime() - from));
    }

    private SiteId siteOfVm() {
        String site = vms.require(vm).site();
        if (site.isEmpty()) {
            throw new InvalidValueException("VM %s is at no site: run it first".formatted(request.vm()));
        }
        return new SiteId(site);
    }

    private void pace(Instant from, Instant to) {
        double millis = Duration.between(from, to).toMillis() / request.speed();
        LockSupport.parkNanos(Duration.ofMillis((long) Math.clamp(millis, 0, MAX_QUIET_MILLIS))
                .toNanos());
    }

    /** The VM may have moved by itself, to a stub: the market sees where it is now. */
    private Decision decide(Consumer<String> progress) {
        SiteId found = siteOfVm();
        if (!found.equals(here)) {
            arrived(found, market.instant());
        }
        Set<SiteId> lasting = alive.lasting().stream().map(HostRecord::site).collect(Collectors.toSet());
        MarketDecisions.Subject subject = subject();
        Snapshot snapshot = deciding.snapshot(market, policies, subject, lasting::contains);
        Decision decision = Planner.decide(snapshot, policy);
        decisions++;
        switch (decision) {
            case Decision.Stay(Decision.Account account) ->
                log.append(new DecisionLog.Entry(here, "stay", account, snapshot, policy.text()));
            case Decision.Move move -> {
                progress.accept(
                        "%s  %s".formatted(market.instant(), move.account().reason()));
                String outcome = move(subject, move, progress);
                log.append(new DecisionLog.Entry(move.target(), outcome, move.account(), snapshot, policy.text()));
            }
        }
        return decision;
    }

    private MarketDecisions.Subject subject() {
        return new MarketDecisions.Subject(
                request.vm(),
                vm,
                here,
                since,
                List.copyOf(movedAt),
                Duration.between(begin, market.instant()),
                spentThisMonth());
    }

    /** By the VM itself, since the replay began. */
    private double spentThisMonth() {
        Instant month = YearMonth.from(market.instant().atZone(ZoneOffset.UTC))
                .atDay(1)
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant();
        List<Answers.Place> all = new ArrayList<>(places);
        all.add(new Answers.Place(here.value(), since, market.instant()));
        double rent = all.stream()
                .filter(place -> place.to().isAfter(month))
                .mapToDouble(place -> CostMeter.rentDollars(
                        market.trace(),
                        market.pool(new SiteId(place.site())),
                        place.from().isAfter(month) ? place.from() : month,
                        place.to()))
                .sum();
        return rent
                + charges.stream()
                        .filter(charge -> !charge.at().isBefore(month))
                        .mapToDouble(CostMeter.Charge::dollars)
                        .sum();
    }

    /** Returns what came of it: {@code moved}, or why not. */
    private String move(MarketDecisions.Subject subject, Decision.Move decision, Consumer<String> progress) {
        Instant marketBegin = market.instant();
        long moveBegin = System.nanoTime();
        MarketDecisions.Outcome outcome = deciding.carryOut(subject, decision, progress);
        outcome.move().ifPresent(move -> {
            market.reach(marketBegin.plusNanos(System.nanoTime() - moveBegin));
            if (outcome.moved()) {
                done.add(move);
                charge(move.bytes());
                movedAt.add(marketBegin);
                places.add(new Answers.Place(here.value(), since, market.instant()));
                here = decision.target();
                since = marketBegin;
            }
        });
        return outcome.text();
    }

    private void charge(long bytes) {
        charges.add(new CostMeter.Charge(market.instant(), egressDollars(bytes)));
    }

    private double egressDollars(long bytes) {
        return bytes / BYTES_PER_GIB * policy.prices().egressDollarsPerGib();
    }

    private void arrived(SiteId site, Instant at) {
        charge(moves.lastCost(vm).bytes());
        places.add(new Answers.Place(here.value(), since, at));
        here = site;
        since = at;
    }

    private Answers.Replay report() {
        Instant end = market.instant().isAfter(since) ? market.instant() : since;
        places.add(new Answers.Place(here.value(), since, end));
        List<CostMeter.Residence> residences = places.stream()
                .map(place -> new CostMeter.Residence(market.pool(new SiteId(place.site())), place.from(), place.to()))
                .toList();
        SiteId first = new SiteId(places.getFirst().site());
        CostMeter.Report cost = CostMeter.measure(market.trace(), residences, charges, market.onDemand(first));
        Map<String, String> pools = new HashMap<>();
        market.mapping().pools().forEach((site, pool) -> pools.put(site.value(), pool.toString()));
        return new Answers.Replay(
                market.trace().name(),
                market.mapping().explanation(),
                policy.name(),
                places.getFirst().from(),
                end,
                decisions,
                List.copyOf(places),
                List.copyOf(done),
                cost.spentDollars(),
                cost.stayPutDollars(),
                cost.onDemandDollars(),
                pools);
    }
}
