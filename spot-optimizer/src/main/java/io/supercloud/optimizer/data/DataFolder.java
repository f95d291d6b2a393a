package io.supercloud.optimizer.data;

import io.supercloud.optimizer.OptimizerException;
import io.supercloud.optimizer.PriceTrace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A folder of recorded data. What a file is, is known by its columns, by the shape of its JSON, and by whether a folder
 * above it is called {@code availability}; other files are passed over. Blocks while files are looked at and read.
 */
public final class DataFolder {
    static final int MAX_FILES = 10_000;

    private static final int MAX_DEPTH = 8;
    private static final Set<String> PRICE_COLUMNS = Set.of(PriceTrace.columns().split(","));
    private static final Path AVAILABILITY = Path.of("availability");

    private final List<Path> prices = new ArrayList<>();
    private final List<Path> availability = new ArrayList<>();
    private final List<Path> tariffs = new ArrayList<>();
    private final List<Path> catalogues = new ArrayList<>();
    private final List<Path> pings = new ArrayList<>();
    private final List<Path> cities = new ArrayList<>();
    private final List<Path> regions = new ArrayList<>();
    private final List<Path> loads = new ArrayList<>();

    private DataFolder() {}

    /** @throws OptimizerException where there is no such folder, or too much in it */
    public static DataFolder open(Path root) {
        DataFolder folder = new DataFolder();
        try (Stream<Path> found = Files.walk(root, MAX_DEPTH)) {
            List<Path> files = found.filter(Files::isRegularFile)
                    .limit(MAX_FILES + 1L)
                    .sorted()
                    .toList();
            if (files.size() > MAX_FILES) {
                throw new OptimizerException("%s: a folder of data has at most %d files".formatted(root, MAX_FILES));
            }
            files.forEach(file -> folder.add(root, file));
        } catch (IOException e) {
            throw new OptimizerException("%s: the folder cannot be read: %s".formatted(root, e), e);
        }
        return folder;
    }

    private void add(Path root, Path file) {
        String name = file.getFileName().toString();
        if (name.endsWith(".json") || name.endsWith(".json.gz")) {
            for (Path folder : root.relativize(file)) {
                if (folder.equals(AVAILABILITY) && AvailabilityReader.mayBe(file)) {
                    availability.add(file);
                }
            }
        } else if (name.endsWith(".csv") || name.endsWith(".csv.gz")) {
            addTable(file, new LinkedHashSet<>(CsvTable.header(file)));
        }
    }

    private void addTable(Path file, Set<String> columns) {
        if (columns.equals(PRICE_COLUMNS)) {
            prices.add(file);
        } else if (columns.containsAll(EgressTariff.COLUMNS)) {
            tariffs.add(file);
        } else if (columns.containsAll(ListPrices.COLUMNS)) {
            catalogues.add(file);
        } else if (columns.containsAll(Latencies.PING_COLUMNS)) {
            pings.add(file);
        } else if (columns.containsAll(Latencies.CITY_COLUMNS)) {
            cities.add(file);
        } else if (columns.containsAll(Latencies.REGION_COLUMNS)) {
            regions.add(file);
        } else if (LoadCurve.isOne(columns)) {
            loads.add(file);
        }
    }

    /** Recorded prices, one trace for each file. */
    public List<PriceTrace> prices() {
        return prices.stream().map(PriceTrace::read).toList();
    }

    /** Recorded availability, one trace for each file. */
    public List<AvailabilityTrace> availability() {
        return availability.stream().map(AvailabilityReader::read).toList();
    }

    public EgressTariff egress() {
        return EgressTariff.read(tariffs);
    }

    public ListPrices listPrices() {
        return ListPrices.read(catalogues);
    }

    /** Without cities or regions where the folder lacks pings, cities, or the places of regions. */
    public Latencies latencies() {
        return Latencies.read(pings, cities, regions);
    }

    public List<LoadCurve> loads() {
        return loads.stream().map(LoadCurve::read).toList();
    }
}
