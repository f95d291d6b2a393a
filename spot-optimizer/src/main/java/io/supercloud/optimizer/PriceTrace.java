package io.supercloud.optimizer;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;

/** Recorded prices of many pools: changes in time order, each in effect until the next of its pool. */
public final class PriceTrace {
    private static final String SHIPPED = "traces/us-east-1_cc2.8xlarge_2013-01.csv";

    private final String name;
    private final TreeMap<Pool, List<PriceChange>> changes = new TreeMap<>();
    private final Map<Pool, Double> onDemand = new TreeMap<>();
    private final Instant begin;
    private final Instant end;

    /** One line of a trace. */
    record Row(Pool pool, PriceChange change, OptionalDouble onDemandDollarsPerHour) {}

    /** @param rows in time order, at least one */
    PriceTrace(String name, List<Row> rows) {
        this.name = name;
        for (Row row : rows) {
            changes.computeIfAbsent(row.pool(), _ -> new ArrayList<>()).add(row.change());
            row.onDemandDollarsPerHour().ifPresent(price -> onDemand.put(row.pool(), price));
        }
        begin = rows.getFirst().change().at();
        end = rows.getLast().change().at();
    }

    /**
     * Reads a CSV file, plain or gzip; blocks while it is read.
     *
     * @throws OptimizerException where it cannot be read, or at its first bad line, with file and line
     */
    public static PriceTrace read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            return read(file.toString(), in);
        } catch (IOException e) {
            throw new OptimizerException("%s: the price trace cannot be read: %s".formatted(file, e), e);
        }
    }

    /** As {@link #read(Path)}, from a stream that errors call {@code name}. */
    public static PriceTrace read(String name, InputStream in) throws IOException {
        return new PriceTrace(name, TraceReader.rows(name, in));
    }

    /** The trace that comes with Supercloud: cc2.8xlarge in three zones of us-east-1, January 2013. */
    public static PriceTrace shipped() {
        try (InputStream in = PriceTrace.class.getResourceAsStream(SHIPPED)) {
            return read(SHIPPED, in);
        } catch (IOException e) {
            throw new OptimizerException("the price trace that comes with Supercloud cannot be read", e);
        }
    }

    /** The header line of a file of prices. */
    public static String columns() {
        return TraceReader.HEADER;
    }

    public String name() {
        return name;
    }

    public NavigableSet<Pool> pools() {
        return Collections.unmodifiableNavigableSet(changes.navigableKeySet());
    }

    /** When the first price took effect. */
    public Instant begin() {
        return begin;
    }

    /** When the last price took effect. */
    public Instant end() {
        return end;
    }

    /** The change that is in effect at {@code time}; empty before the pool's first. */
    public Optional<PriceChange> at(Pool pool, Instant time) {
        List<PriceChange> known = changes.getOrDefault(pool, List.of());
        int after = after(known, time);
        return after == 0 ? Optional.empty() : Optional.of(known.get(after - 1));
    }

    /** The changes of {@code pool} after {@code from} and before {@code to}, in order. */
    public List<PriceChange> between(Pool pool, Instant from, Instant to) {
        List<PriceChange> known = changes.getOrDefault(pool, List.of());
        int first = after(known, from);
        int last = after(known, to);
        while (last > first && known.get(last - 1).at().equals(to)) {
            last--;
        }
        return Collections.unmodifiableList(known.subList(first, Math.max(first, last)));
    }

    /** The newest on-demand price that the trace has for {@code pool}. */
    public OptionalDouble onDemandDollarsPerHour(Pool pool) {
        Double price = onDemand.get(pool);
        return price == null ? OptionalDouble.empty() : OptionalDouble.of(price);
    }

    /** How many of {@code known} took effect at or before {@code time}. */
    private static int after(List<PriceChange> known, Instant time) {
        int low = 0;
        int high = known.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (known.get(middle).at().isAfter(time)) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }
}
