package io.supercloud.app.manager;

import io.supercloud.app.config.DeploymentConfig;
import io.supercloud.app.config.DeploymentConfig.OfferConfig;
import io.supercloud.app.config.DeploymentConfig.Site;
import io.supercloud.core.SiteId;
import io.supercloud.optimizer.Offer;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.PriceChange;
import io.supercloud.optimizer.PriceTrace;
import io.supercloud.optimizer.RecordedPriceFeed;
import io.supercloud.optimizer.TraceMapping;
import io.supercloud.optimizer.chase.PriceTeacher;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;

/** Recorded prices as the market of a deployment's sites: its present is set, and nothing after it is known. */
final class ReplayedMarket implements SiteMarket {
    private final DeploymentConfig config;
    private final PriceTrace trace;
    private final TraceMapping mapping;
    private final PriceTeacher teacher;
    private final RecordedPriceFeed feed;
    private Instant taught;
    private volatile Instant now;

    /**
     * @param moveTime of a move, as far as it is known
     * @param egressDollars of what a move sends
     */
    ReplayedMarket(DeploymentConfig config, PriceTrace trace, Duration moveTime, double egressDollars) {
        this.config = config;
        this.trace = trace;
        this.mapping =
                TraceMapping.choose(config.sites().stream().map(Site::id).toList(), SiteMarket.pools(config), trace);
        this.teacher = new PriceTeacher(List.copyOf(mapping.pools().values()), moveTime, egressDollars);
        this.feed = new RecordedPriceFeed(trace, this);
        this.now = mapping.begin();
        this.taught = mapping.begin();
        mapping.pools().values().stream()
                .distinct()
                .forEach(pool -> teacher.changed(
                        now, pool, trace.at(pool, now).orElseThrow().dollarsPerHour()));
    }

    /** The market's present. */
    @Override
    public Instant instant() {
        return now;
    }

    /** The market comes to {@code time}, and has taught what happened until then. */
    void reach(Instant time) {
        now = time;
        record Lesson(Pool pool, PriceChange change) {}
        List<Lesson> lessons = new ArrayList<>();
        for (Pool pool : new TreeSet<>(mapping.pools().values())) {
            trace.between(pool, taught, time.plusNanos(1)).forEach(change -> lessons.add(new Lesson(pool, change)));
        }
        lessons.sort((one, other) -> one.change().at().compareTo(other.change().at()));
        lessons.forEach(lesson -> teacher.changed(
                lesson.change().at(), lesson.pool(), lesson.change().dollarsPerHour()));
        taught = time.isAfter(taught) ? time : taught;
    }

    TraceMapping mapping() {
        return mapping;
    }

    PriceTrace trace() {
        return trace;
    }

    Pool pool(SiteId site) {
        return mapping.pools().get(site);
    }

    /** When the next price changes after the present; empty where the trace has no more. */
    Optional<Instant> nextChange() {
        return mapping.pools().values().stream()
                .flatMap(pool -> trace.between(pool, now, Instant.MAX).stream().limit(1))
                .map(PriceChange::at)
                .min(Instant::compareTo);
    }

    @Override
    public List<Offer> offers(SiteId here, Predicate<SiteId> open) {
        List<Offer> offers = new ArrayList<>();
        mapping.pools().forEach((site, pool) -> {
            if (site.equals(here) || open.test(site)) {
                offers.add(offer(site)
                        .withLatency(SiteMarket.latencies(config, site))
                        .lasting(teacher.lasts(now, pool(here), pool)));
            }
        });
        return offers;
    }

    @Override
    public Offer offer(SiteId site) {
        Pool pool = pool(site);
        return config.site(site).spot()
                ? Offer.spot(site, pool, feed.quote(pool, now), Duration.ZERO, onDemand(site))
                : Offer.onDemand(site, pool, onDemand(site));
    }

    /** The trace's own list price, else the configuration's for that type, else the dearest that the pool has been. */
    double onDemand(SiteId site) {
        Pool pool = pool(site);
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
        return trace.between(pool, mapping.begin(), now.plusNanos(1)).stream()
                .mapToDouble(PriceChange::dollarsPerHour)
                .reduce(first, Math::max);
    }
}
