package io.supercloud.optimizer.chase;

import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.core.VmId;
import io.supercloud.optimizer.Offer;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.PriceChange;
import io.supercloud.optimizer.PriceTrace;
import io.supercloud.optimizer.Quote;
import io.supercloud.optimizer.Slice;
import io.supercloud.optimizer.Snapshot;
import io.supercloud.optimizer.VmSituation;
import io.supercloud.optimizer.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** One moment of a recorded market, as a planner that had watched it from its begin would see it. */
public final class MarketMoment {
    private static final double GIB = 1L << 30;

    private MarketMoment() {}

    /**
     * @param at the present
     * @param here the VM's site, called by its zone, or region where the cloud has one price per region
     * @param since when it came there
     * @param moveBytes what a move sends
     * @param moveTime how long it takes
     */
    public record Question(
            VmId vm, String instanceType, Instant at, SiteId here, Instant since, long moveBytes, Duration moveTime) {}

    /** What is known at the moment, with what the prices before it taught. */
    public static Snapshot of(PriceTrace trace, Policy policy, Question question) {
        List<Pool> pools = trace.pools().stream()
                .filter(pool -> pool.instanceType().equals(question.instanceType()))
                .filter(pool -> trace.at(pool, question.at()).isPresent())
                .toList();
        Pool here = pools.stream()
                .filter(pool -> PolicyChaser.site(pool).equals(question.here()))
                .findFirst()
                .orElseThrow(() -> new InvalidValueException("%s has no price of %s at %s at %s; it has %s"
                        .formatted(
                                trace.name(),
                                question.instanceType(),
                                question.here(),
                                question.at(),
                                pools.stream().map(PolicyChaser::site).toList())));
        double egress = question.moveBytes() / GIB * policy.prices().egressDollarsPerGib();
        PriceTeacher teacher =
                taught(trace, pools, question.at(), new PriceTeacher(pools, question.moveTime(), egress));
        List<Offer> offers = new ArrayList<>();
        for (Pool pool : pools) {
            PriceChange change = trace.at(pool, question.at()).orElseThrow();
            offers.add(Offer.spot(
                            PolicyChaser.site(pool),
                            pool,
                            Optional.of(new Quote(change.dollarsPerHour(), change.at())),
                            Duration.ZERO,
                            trace.onDemandDollarsPerHour(pool).orElseGet(() -> dearest(trace, pool, question.at())))
                    .lasting(teacher.lasts(question.at(), here, pool)));
        }
        return new Snapshot(
                question.at(),
                VmSituation.onSpot(
                        question.vm(),
                        question.here(),
                        question.since(),
                        List.of(),
                        question.moveBytes(),
                        question.moveTime()),
                offers,
                Slice.ALONE);
    }

    private static PriceTeacher taught(PriceTrace trace, List<Pool> pools, Instant at, PriceTeacher teacher) {
        record Lesson(Pool pool, PriceChange change) {}
        List<Lesson> lessons = new ArrayList<>();
        for (Pool pool : pools) {
            trace.between(pool, Instant.MIN, at.plusNanos(1)).forEach(change -> lessons.add(new Lesson(pool, change)));
        }
        lessons.sort(Comparator.comparing(lesson -> lesson.change().at()));
        lessons.forEach(lesson -> teacher.changed(
                lesson.change().at(), lesson.pool(), lesson.change().dollarsPerHour()));
        return teacher;
    }

    private static double dearest(PriceTrace trace, Pool pool, Instant at) {
        return trace.between(pool, Instant.MIN, at.plusNanos(1)).stream()
                .mapToDouble(PriceChange::dollarsPerHour)
                .max()
                .orElseThrow();
    }
}
