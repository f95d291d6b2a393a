package io.supercloud.optimizer.data;

import io.supercloud.optimizer.OptimizerException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How much was asked for in each hour, as it was recorded.
 *
 * @param name of the file
 * @param begin of the first hour
 * @param hours the amount in each hour, in the source's unit; hours that the source leaves out are 0
 */
public record LoadCurve(String name, Instant begin, double[] hours) {
    static final Map<String, String> COLUMNS = Map.of("hour_local", "bits", "minute_utc", "requests");

    private static final double MAX_AMOUNT = 1e15;
    private static final int MAX_HOURS = 24 * 366 * 10;

    public LoadCurve {
        hours = hours.clone();
    }

    /** A copy, which may be changed. */
    @Override
    public double[] hours() {
        return hours.clone();
    }

    static boolean isOne(Set<String> columns) {
        return COLUMNS.entrySet().stream().anyMatch(each -> columns.equals(Set.of(each.getKey(), each.getValue())));
    }

    /** @throws OptimizerException where the file cannot be read or is no load curve, with file and line */
    public static LoadCurve read(Path file) {
        String time = CsvTable.header(file).getFirst();
        TreeMap<Instant, Double> amounts = new TreeMap<>();
        CsvTable.read(
                file,
                row -> amounts.merge(
                        row.time(time).truncatedTo(ChronoUnit.HOURS),
                        row.number(COLUMNS.get(time), 0, MAX_AMOUNT),
                        Double::sum));
        if (amounts.isEmpty()) {
            throw new OptimizerException("%s: there is no load in it".formatted(file));
        }
        Instant begin = amounts.firstKey();
        long count = ChronoUnit.HOURS.between(begin, amounts.lastKey()) + 1;
        if (count > MAX_HOURS) {
            throw new OptimizerException(
                    "%s: a load curve has at most %d hours, not %d".formatted(file, MAX_HOURS, count));
        }
        double[] hours = new double[(int) count];
        amounts.forEach((hour, amount) -> hours[(int) ChronoUnit.HOURS.between(begin, hour)] = amount);
        return new LoadCurve(file.getFileName().toString(), begin, hours);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof LoadCurve curve
                && name.equals(curve.name)
                && begin.equals(curve.begin)
                && Arrays.equals(hours, curve.hours);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(hours);
    }

    @Override
    public String toString() {
        return "%s: %d hours from %s".formatted(name, hours.length, begin);
    }
}
