package io.supercloud.optimizer.chase;

import io.supercloud.core.InvalidValueException;
import io.supercloud.optimizer.Pool;
import io.supercloud.optimizer.data.EgressTariff;
import io.supercloud.optimizer.policy.Policy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Rehearses a user's policy on recorded prices, beside others, from many start times. */
public final class PolicyRehearsal {
    /** Of the normal distribution: 95 % of its values are within so many standard deviations. */
    private static final double NORMAL_95 = 1.96;

    private static final long BYTES_PER_GIGABYTE = 1_000_000_000;

    /**
     * What is asked for.
     *
     * @param instanceType of the VM's host
     * @param from the earliest start
     * @param to the latest end
     * @param length of each run
     * @param starts how many runs there are, at random times
     * @param gigabytes that a move between regions sends
     */
    public record Request(
            Policy policy,
            String instanceType,
            Instant from,
            Instant to,
            Duration length,
            int starts,
            double gigabytes,
            ChaseRules rules,
            long seed) {}

    /**
     * One line of the report: means over all runs, for each run's whole length.
     *
     * @param dollars rent and egress
     * @param dollarsPlusMinus half of the 95 % confidence interval of {@code dollars} over the start times
     * @param timesOptimum the mean of each run's cost per running hour in times of the clairvoyant optimum's
     * @param availability the share of time, 0 to 1, that the VM ran
     */
    public record Line(
            String policy,
            double dollars,
            double dollarsPlusMinus,
            double timesOptimum,
            double availability,
            double moves,
            double egressDollars) {}

    /**
     * @param places the names of the pools that were open to the policies
     * @param sample the first of the runs, to look at
     */
    public record Report(
            String policy,
            String instanceType,
            List<String> places,
            int runs,
            double hours,
            List<Line> lines,
            RehearsalSample sample) {
        public Report {
            places = List.copyOf(places);
            lines = List.copyOf(lines);
        }
    }

    private PolicyRehearsal() {}

    /**
     * @param progress is told how far it is, in lines
     * @throws InvalidValueException where the recording has no two places for the type, or is too short
     */
    public static Report run(Recording recording, EgressTariff tariff, Request request, Consumer<String> progress) {
        List<Pool> pools = recording.poolsByType().getOrDefault(request.instanceType(), List.of()).stream()
                .filter(pool -> PolicyChaser.permits(request.policy(), pool))
                .toList();
        if (pools.size() < 2) {
            throw new InvalidValueException(
                    "the recording has %d places for %s that policy '%s' permits; a rehearsal needs two: types are %s"
                            .formatted(
                                    pools.size(),
                                    request.instanceType(),
                                    request.policy().name(),
                                    recording.poolsByType().keySet()));
        }
        ChaseMarket market =
                recording.market(request.instanceType(), pools, request.rules(), request.gigabytes(), tariff);
        long begin = Math.max(market.beginMillis(), request.from().toEpochMilli());
        long spare = Math.min(market.endMillis(), request.to().toEpochMilli())
                - begin
                - request.length().toMillis();
        if (spare < 0) {
            throw new InvalidValueException("between %s and the end of the recording there are less than %s"
                    .formatted(Instant.ofEpochMilli(begin), request.length()));
        }
        return run(market, pools, request, begin, spare, progress);
    }

    private static Report run(
            ChaseMarket market, List<Pool> pools, Request request, long begin, long spare, Consumer<String> progress) {
        SplittableRandom random = new SplittableRandom(request.seed());
        Map<String, List<ChaseAccount>> accounts = new LinkedHashMap<>();
        List<ChaseAccount> optima = new ArrayList<>();
        Supplier<Chaser> asked = () -> new PolicyChaser(
                request.policy(),
                pools,
                market.places().stream()
                        .map(ChaseMarket.Place::listDollarsPerHour)
                        .toList(),
                Math.round(request.gigabytes() * BYTES_PER_GIGABYTE));
        RehearsalSample sample = null;
        for (int i = 0; i < request.starts(); i++) {
            long from = begin + random.nextLong(spare + 1);
            long to = from + request.length().toMillis();
            boolean first = sample == null;
            sample = first ? RehearsalSample.of(market, from, to) : sample;
            for (Supplier<Chaser> policy :
                    List.of(asked, (Supplier<Chaser>) RehearsingChaser::new, GreedyChaser::new, SmartSpotChaser::new)) {
                Chaser chaser = policy.get();
                ChaseAccount account = ChaseRun.of(market, chaser, begin, from, to);
                accounts.computeIfAbsent(chaser.name(), _ -> new ArrayList<>()).add(account);
                sample = first ? sample.with(market, chaser.name(), account) : sample;
            }
            sample = first ? sample.withOptimum(market) : sample;
            accounts.computeIfAbsent("best static", _ -> new ArrayList<>()).add(ChaseOptimum.stayPut(market, from, to));
            optima.add(ChaseOptimum.of(market, from, to));
            progress.accept("run %d of %d, from %s".formatted(i + 1, request.starts(), Instant.ofEpochMilli(from)));
        }
        accounts.put("clairvoyant", optima);
        List<Line> lines = new ArrayList<>();
        accounts.forEach((policy, each) -> lines.add(line(policy, each, optima)));
        double hours = request.length().toMillis() / PriceSeries.MILLIS_PER_HOUR;
        market.places().stream()
                .flatMapToDouble(place -> place.listDollarsPerHour().stream())
                .min()
                .ifPresent(
                        list -> lines.add(new Line("on-demand", list * hours, 0, timesOptimum(list, optima), 1, 0, 0)));
        return new Report(
                request.policy().name(),
                request.instanceType(),
                pools.stream().map(Pool::toString).toList(),
                request.starts(),
                hours,
                lines,
                sample);
    }

    private static double timesOptimum(double dollarsPerHour, List<ChaseAccount> optima) {
        return optima.stream()
                .mapToDouble(optimum -> dollarsPerHour / optimum.dollarsPerHourUp())
                .average()
                .orElseThrow();
    }

    private static Line line(String policy, List<ChaseAccount> accounts, List<ChaseAccount> optima) {
        int runs = accounts.size();
        double dollars = mean(accounts.stream().map(ChaseAccount::dollars).toList());
        double squares = 0;
        double times = 0;
        for (int i = 0; i < runs; i++) {
            squares += Math.pow(accounts.get(i).dollars() - dollars, 2);
            times += accounts.get(i).dollarsPerHourUp() / optima.get(i).dollarsPerHourUp() / runs;
        }
        double plusMinus = runs < 2 ? 0 : NORMAL_95 * Math.sqrt(squares / (runs - 1) / runs);
        return new Line(
                policy,
                dollars,
                plusMinus,
                times,
                mean(accounts.stream().map(ChaseAccount::availability).toList()),
                mean(accounts.stream().map(account -> (double) account.moves()).toList()),
                mean(accounts.stream().map(ChaseAccount::egressDollars).toList()));
    }

    private static double mean(List<Double> figures) {
        return figures.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }
}
