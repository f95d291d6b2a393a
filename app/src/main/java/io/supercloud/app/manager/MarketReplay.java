package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.DeploymentConfig.OfferConfig;
import io.supercloud.app.config.DeploymentConfig.Site;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.migration.HostRecord;
import io.supercloud.migration.Json;
import io.supercloud.migration.MigrationException;
import io.supercloud.optimizer.CostMeter;
import io.supercloud.optimizer.Decision;
import io.supercloud.optimizer.Offer;
import io.supercloud.optimizer.Planner;
import io.supercloud.optimizer.Policy;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.PriceChange;
import io.supercloud.optimizer.PriceTrace;
import io.supercloud.optimizer.Quote;
import io.supercloud.optimizer.RecordedPriceFeed;
import io.supercloud.optimizer.Snapshot;
import io.supercloud.optimizer.TraceMapping;
import io.supercloud.optimizer.VmSituation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Replays recorded prices, lets the planner decide after each change, and moves the VM where it says. Market time runs
 * fast between changes of price; while the VM moves it runs as real time does, so that a move costs what it costs.
 */
final class MarketReplay {
    /** Quiet hours are cut short: no two changes of price are further apart on the wall clock. */
    private static final long MAX_QUIET_MILLIS = 250;

    private static final long REST_POLL_NANOS = 50_000_000;
    private static final double BYTES_PER_GIB = 1 << 30;

    private final DeploymentConfig config;
    private final DeploymentDirectory directory;
    private final AliveHosts alive;
    private final Vms vms;
    private final Moves moves;
    private final ControlRequest.ReplayMarket request;
    private final VmId vm;
    private final PriceTrace trace;
    private final TraceMapping mapping;
    private final Policy policy;
    private final MarketTime market = new MarketTime();
    private final RecordedPriceFeed feed;
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
        this.config = config;
        this.directory = directory;
        this.alive = alive;
        this.vms = vms;
        this.moves = moves;
        this.request = request;
        this.vm = vms.idOf(request.vm());
        this.trace = request.trace().map(file -> PriceTrace.read(Path.of(file))).orElseGet(PriceTrace::shipped);
        this.mapping = TraceMapping.choose(config.sites().stream().map(Site::id).toList(), offeredPools(), trace);
        this.begin = request.from().filter(mapping.begin()::isBefore).orElse(mapping.begin());
        this.policy = request.policy()
                .or(config::policy)
                .map(file -> Policy.read(Path.of(file)))
                .orElseGet(Policy::standard);
        this.feed = new RecordedPriceFeed(trace, market);
    }

    /** The present of the market: set, not passing. */
    private static final class MarketTime implements InstantSource {
        private volatile Instant now = Instant.EPOCH;

        @Override
        public Instant instant() {
            return now;
        }
    }

    private Map<SiteId, Pool> offeredPools() {
        Map<SiteId, Pool> pools = new HashMap<>();
        for (OfferConfig offer : config.offers()) {
            Site site = config.site(offer.site());
            pools.put(offer.site(), new Pool(offer.cloud(), site.region(), site.zone(), offer.instanceType()));
        }
        return pools;
    }

    Answers.Replay run(Consumer<String> progress) {
        progress.accept(mapping.explanation());
        here = siteOfVm();
        market.now = begin;
        since = begin;
        long end = System.nanoTime() + Duration.ofMillis(request.limitMillis()).toNanos();
        List<Instant> changes = changes();
        Instant last = begin;
        for (Instant change : changes) {
            if (done.size() >= request.moves() || System.nanoTime() > end) {
                break;
            }
            awaitRest();
            if (!change.isBefore(market.instant())) {
                pace(last, change);
                last = change;
                market.now = change;
                decide(progress);
            }
        }
        return report();
    }

    /** While the VM is moved by somebody else, market time passes as real time does. */
    private void awaitRest() {
        long from = System.nanoTime();
        while (moves.moving(vm)) {
            LockSupport.parkNanos(REST_POLL_NANOS);
        }
        market.now = market.now.plusNanos(System.nanoTime() - from);
    }

    private SiteId siteOfVm() {
        String site = vms.require(vm).site();
        if (site.isEmpty()) {
            throw new InvalidValueException("VM %s is at no site: run it first".formatted(request.vm()));
        }
        return new SiteId(site);
    }

    private List<Instant> changes() {
        TreeSet<Instant> times = new TreeSet<>();
        times.add(begin);
        for (Pool pool : mapping.pools().values()) {
            trace.between(pool, begin, trace.end()).stream()
                    .map(PriceChange::at)
                    .forEach(times::add);
        }
        return List.copyOf(times);
    }

    private void pace(Instant from, Instant to) {
        double millis = Duration.between(from, to).toMillis() / request.speed();
        LockSupport.parkNanos(Duration.ofMillis((long) Math.clamp(millis, 0, MAX_QUIET_MILLIS))
                .toNanos());
    }

    /** The VM may have moved by itself, to a stub: the market sees where it is now. */
    private void decide(Consumer<String> progress) {
        SiteId found = siteOfVm();
        if (!found.equals(here)) {
            arrived(found, market.instant());
        }
        Decision decision = Planner.decide(snapshot(), policy);
        decisions++;
        switch (decision) {
            case Decision.Stay(Decision.Account account) -> record(here, account, "stay");
            case Decision.Move(SiteId target, Decision.Account account) -> {
                progress.accept("%s  %s".formatted(market.instant(), account.reason()));
                record(target, account, move(target, account, progress));
            }
        }
    }

    private Snapshot snapshot() {
        Moves.Cost cost = moves.lastCost(vm);
        Set<SiteId> lasting = alive.lasting().stream().map(HostRecord::site).collect(Collectors.toSet());
        List<Offer> offers = new ArrayList<>();
        mapping.pools().forEach((site, pool) -> {
            if (site.equals(here) || lasting.contains(site)) {
                Optional<Quote> quote = feed.quote(pool, market.instant());
                offers.add(new Offer(site, pool, quote, Duration.ZERO, onDemand(site, pool)));
            }
        });
        return new Snapshot(
                market.instant(),
                new VmSituation(vm, here, since, List.copyOf(movedAt), cost.bytes(), cost.time()),
                offers);
    }

    /** The trace's own list price, else the configuration's for that type, else the dearest that the pool has been. */
    private double onDemand(SiteId site, Pool pool) {
        return trace.onDemandDollarsPerHour(pool)
                .orElseGet(() -> config.offers().stream()
                        .filter(offer -> offer.site().equals(site)
                                && offer.instanceType().equals(pool.instanceType()))
                        .mapToDouble(OfferConfig::onDemandDollarsPerHour)
                        .findFirst()
                        .orElseGet(() -> dearestSoFar(pool)));
    }

    private double dearestSoFar(Pool pool) {
        double first =
                trace.at(pool, mapping.begin()).map(PriceChange::dollarsPerHour).orElse(0.0);
        return trace.between(pool, mapping.begin(), market.instant().plusNanos(1)).stream()
                .mapToDouble(PriceChange::dollarsPerHour)
                .reduce(first, Math::max);
    }

    /** The decision log: what was decided, on what grounds, and what came of it. */
    private void record(SiteId place, Decision.Account account, String outcome) {
        try {
            Files.writeString(
                    directory.decisions(),
                    Json.text(Map.of("place", place, "outcome", outcome, "account", account)) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("the decision log cannot be written", e);
        }
    }

    /** Returns what came of it: {@code moved}, or why not. */
    private String move(SiteId target, Decision.Account account, Consumer<String> progress) {
        Instant marketBegin = market.instant();
        long moveBegin = System.nanoTime();
        moves.publish(
                "policy.decided",
                vm.value(),
                account.reason(),
                Map.of("to", target.value(), "market", marketBegin.toString(), "digest", account.inputDigest()));
        Answers.Move moved;
        try {
            moved = moves.move(vm, target.value(), account.reason(), progress);
        } catch (MigrationException e) {
            progress.accept("VM %s does not move now: %s".formatted(vm, e.getMessage()));
            return "refused: " + e.getMessage();
        }
        market.now = marketBegin.plusNanos(System.nanoTime() - moveBegin);
        if (moved.failure().isPresent()) {
            return "failed: " + moved.failure().get();
        }
        done.add(moved);
        charge(moved.bytes());
        movedAt.add(marketBegin);
        places.add(new Answers.Place(here.value(), since, market.now));
        here = target;
        since = marketBegin;
        return "moved";
    }

    private void charge(long bytes) {
        charges.add(new CostMeter.Charge(market.instant(), bytes / BYTES_PER_GIB * policy.egressDollarsPerGib()));
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
                .map(place -> new CostMeter.Residence(
                        mapping.pools().get(new SiteId(place.site())), place.from(), place.to()))
                .toList();
        SiteId first = new SiteId(places.getFirst().site());
        CostMeter.Report cost = CostMeter.measure(
                trace, residences, charges, onDemand(first, mapping.pools().get(first)));
        Map<String, String> pools = new HashMap<>();
        mapping.pools().forEach((site, pool) -> pools.put(site.value(), pool.toString()));
        return new Answers.Replay(
                trace.name(),
                mapping.explanation(),
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
