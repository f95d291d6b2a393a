package io.supercloud.optimizer;

import io.supercloud.optimizer.internal.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** Reads the lines of a price trace and believes none of them: the first that is not as it must be ends the reading. */
final class TraceReader {
    static final String HEADER = "ts_utc,cloud,region,zone,instance_type,spot_usd_h,ondemand_usd_h";
    static final int MAX_ROWS = 5_000_000;

    private static final double MAX_DOLLARS_PER_HOUR = 100_000;
    private static final int COLUMNS = 7;
    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._ -]{0,63}");
    private static final Pattern PRICE = Pattern.compile("[0-9]{1,6}(\\.[0-9]{1,9})?");

    private final LineReader lines;

    private TraceReader(LineReader lines) {
        this.lines = lines;
    }

    static List<PriceTrace.Row> rows(String name, InputStream in) throws IOException {
        return new TraceReader(new LineReader(name, in)).rows();
    }

    private List<PriceTrace.Row> rows() throws IOException {
        if (!HEADER.equals(lines.next())) {
            throw bad("the first line must be '%s'".formatted(HEADER));
        }
        List<PriceTrace.Row> rows = new ArrayList<>();
        for (String text = lines.next(); text != null; text = lines.next()) {
            PriceTrace.Row row = row(text);
            if (!rows.isEmpty()
                    && row.change().at().isBefore(rows.getLast().change().at())) {
                throw bad("'%s' is earlier than the line before it"
                        .formatted(row.change().at()));
            }
            if (rows.size() == MAX_ROWS) {
                throw bad("a price trace has at most %d rows".formatted(MAX_ROWS));
            }
            rows.add(row);
        }
        if (rows.isEmpty()) {
            throw bad("there are no prices in it");
        }
        return rows;
    }

    private PriceTrace.Row row(String text) {
        String[] cells = text.split(",", -1);
        if (cells.length != COLUMNS) {
            throw bad("%d columns where %d must be".formatted(cells.length, COLUMNS));
        }
        Pool pool = new Pool(
                word("cloud", cells[1]),
                word("region", cells[2]),
                cells[3].isEmpty() ? "" : word("zone", cells[3]),
                word("instance_type", cells[4]));
        OptionalDouble onDemand =
                cells[6].isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(price("ondemand_usd_h", cells[6]));
        return new PriceTrace.Row(pool, new PriceChange(instant(cells[0]), price("spot_usd_h", cells[5])), onDemand);
    }

    private Instant instant(String cell) {
        try {
            return Instant.parse(cell);
        } catch (DateTimeException e) {
            throw bad("ts_utc '%s' is not a time such as 2013-01-01T00:00:00Z".formatted(cell));
        }
    }

    private String word(String column, String cell) {
        if (!WORD.matcher(cell).matches()) {
            throw bad("%s '%s' is not a word of letters, digits, '.', '_' and '-'".formatted(column, cell));
        }
        return cell;
    }

    private double price(String column, String cell) {
        double price = PRICE.matcher(cell).matches() ? Double.parseDouble(cell) : 0;
        if (price <= 0 || price > MAX_DOLLARS_PER_HOUR) {
            throw bad("%s '%s' is not a price: write dollars above 0, such as 0.0270".formatted(column, cell));
        }
        return price;
    }

    private OptimizerException bad(String problem) {
        return lines.bad(problem);
    }
}
