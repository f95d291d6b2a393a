package io.supercloud.optimizer.data;

import io.supercloud.optimizer.OptimizerException;
import io.supercloud.optimizer.internal.LineReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** Reads a CSV file with a header line, plain or gzip; cells may stand in double quotes, columns are asked for by name. */
final class CsvTable {
    static final int MAX_ROWS = 5_000_000;

    private static final Pattern NUMBER = Pattern.compile("-?[0-9]{1,15}(\\.[0-9]{1,20})?");
    private static final int MAX_TEXT = 100;

    private final LineReader lines;
    private final List<String> columns;
    private String[] cells = {};

    private CsvTable(LineReader lines, List<String> columns) {
        this.lines = lines;
        this.columns = columns;
    }

    /**
     * Gives each row of {@code file} to {@code row}; the table that it gets is that row, valid during the call.
     *
     * @throws OptimizerException where the file cannot be read, or at its first bad line, with file and line
     */
    static void read(Path file, Consumer<CsvTable> row) {
        try (InputStream in = Files.newInputStream(file)) {
            LineReader lines = new LineReader(file.toString(), in);
            String header = lines.next();
            if (header == null) {
                throw lines.bad("the file is empty: its first line must name the columns");
            }
            CsvTable table = new CsvTable(lines, List.of(header.split(",", -1)));
            int rows = 0;
            for (String text = lines.next(); text != null; text = lines.next()) {
                if (++rows > MAX_ROWS) {
                    throw lines.bad("a table has at most %d rows".formatted(MAX_ROWS));
                }
                table.cells = cells(text);
                if (table.cells.length != table.columns.size()) {
                    throw lines.bad("%d columns where %d must be".formatted(table.cells.length, table.columns.size()));
                }
                row.accept(table);
            }
        } catch (IOException e) {
            throw new OptimizerException("%s: the file cannot be read: %s".formatted(file, e), e);
        }
    }

    /** The names in the first line; empty where there is none that could be one of a table. */
    static List<String> header(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            String header = new LineReader(file.toString(), in).next();
            return header == null ? List.of() : List.of(header.split(",", -1));
        } catch (IOException e) {
            throw new OptimizerException("%s: the file cannot be read: %s".formatted(file, e), e);
        }
    }

    boolean has(String column) {
        return columns.contains(column);
    }

    /** Text that is not empty and not long. */
    String text(String column) {
        String cell = cell(column);
        if (cell.isEmpty() || cell.length() > MAX_TEXT || cell.chars().anyMatch(Character::isISOControl)) {
            throw bad("%s '%s' must be 1 to %d printable characters".formatted(column, shortened(cell), MAX_TEXT));
        }
        return cell;
    }

    /** A number from {@code min} to {@code max}, both included. */
    double number(String column, double min, double max) {
        String cell = cell(column);
        double value = NUMBER.matcher(cell).matches() ? Double.parseDouble(cell) : Double.NaN;
        if (!(value >= min && value <= max)) {
            throw bad("%s '%s' is not a number from %s to %s".formatted(column, shortened(cell), min, max));
        }
        return value;
    }

    /** As {@link #number}, or empty where the cell is. */
    OptionalDouble optionalNumber(String column, double min, double max) {
        return cell(column).isEmpty() ? OptionalDouble.empty() : OptionalDouble.of(number(column, min, max));
    }

    /** A time such as {@code 2023-05-08T06:42:47Z}; one without a zone is taken as UTC. */
    Instant time(String column) {
        String cell = cell(column);
        try {
            return Instant.parse(cell.endsWith("Z") ? cell : cell + "Z");
        } catch (DateTimeException e) {
            throw bad("%s '%s' is not a time such as 2023-05-08T06:42:47Z".formatted(column, shortened(cell)));
        }
    }

    /** An error at this row, for a rule that the caller checks itself. */
    OptimizerException bad(String problem) {
        return lines.bad(problem);
    }

    private String cell(String column) {
        int index = columns.indexOf(column);
        if (index < 0) {
            throw bad("there is no column '%s' among %s".formatted(column, columns));
        }
        return cells[index];
    }

    /** The cells of a line; a comma in double quotes belongs to its cell, and two double quotes there are one. */
    private static String[] cells(String line) {
        if (line.indexOf('"') < 0) {
            return line.split(",", -1);
        }
        List<String> cells = new ArrayList<>();
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char each = line.charAt(i);
            if (each == '"' && quoted && i + 1 < line.length() && line.charAt(i + 1) == '"') {
                cell.append(each);
                i++;
            } else if (each == '"') {
                quoted = !quoted;
            } else if (each == ',' && !quoted) {
                cells.add(cell.toString());
                cell.setLength(0);
            } else {
                cell.append(each);
            }
        }
        cells.add(cell.toString());
        return cells.toArray(String[]::new);
    }

    private static String shortened(String cell) {
        return cell.length() <= MAX_TEXT ? cell : cell.substring(0, MAX_TEXT) + "...";
    }
}
