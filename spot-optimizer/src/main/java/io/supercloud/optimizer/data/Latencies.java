package io.supercloud.optimizer.data;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * Round-trip times from cities to the regions of clouds. Pings are known from city to city; a region is taken to be as far
 * as the measured city that lies nearest to it, with the shortest way on the globe.
 *
 * @param cities with people in them, in the order of their names
 * @param regions in the order of their names
 * @param rttMillis by city, then by region
 */
public record Latencies(List<City> cities, List<Region> regions, List<List<Double>> rttMillis) {
    static final Set<String> PING_COLUMNS = Set.of("src_city", "dst_city", "avg_rtt_ms");
    static final Set<String> CITY_COLUMNS = Set.of("city", "lat", "lon", "population");
    static final Set<String> REGION_COLUMNS = Set.of("cloud", "region", "lat", "lon");

    private static final double MAX_RTT_MILLIS = 60_000;
    private static final double MAX_PEOPLE = 1e8;

    /** A place with clients; degrees, east and north positive. */
    public record City(String name, double latitude, double longitude, double people) {}

    /** A region of a cloud; degrees, east and north positive. */
    public record Region(String cloud, String name, double latitude, double longitude) {}

    public Latencies {
        cities = List.copyOf(cities);
        regions = List.copyOf(regions);
        rttMillis = rttMillis.stream().map(List::copyOf).toList();
    }

    /** Cities without a ping to the city nearest to each region are left out, and so are those without people. */
    static Latencies read(Collection<Path> pings, Collection<Path> cityFiles, Collection<Path> regionFiles) {
        Map<String, Map<String, Double>> measured = new HashMap<>();
        pings.forEach(file -> CsvTable.read(
                file,
                row -> measured.computeIfAbsent(row.text("src_city"), _ -> new HashMap<>())
                        .put(row.text("dst_city"), row.number("avg_rtt_ms", 0, MAX_RTT_MILLIS))));
        List<City> cities = new ArrayList<>();
        cityFiles.forEach(file -> CsvTable.read(file, row -> {
            OptionalDouble people = row.optionalNumber("population", 0, MAX_PEOPLE);
            if (people.isPresent() && people.getAsDouble() > 0) {
                cities.add(new City(row.text("city"), latitude(row), longitude(row), people.getAsDouble()));
            }
        }));
        List<Region> regions = new ArrayList<>();
        regionFiles.forEach(file -> CsvTable.read(
                file,
                row -> regions.add(new Region(row.text("cloud"), row.text("region"), latitude(row), longitude(row)))));
        cities.removeIf(city -> !measured.containsKey(city.name()));
        cities.sort(Comparator.comparing(City::name));
        regions.sort(Comparator.comparing(Region::cloud).thenComparing(Region::name));
        return joined(measured, cities, cities.isEmpty() ? List.of() : regions);
    }

    private static Latencies joined(
            Map<String, Map<String, Double>> measured, List<City> cities, List<Region> regions) {
        List<City> nearest = regions.stream()
                .map(region -> cities.stream()
                        .min(Comparator.comparingDouble(city -> distance(city, region)))
                        .orElseThrow())
                .toList();
        List<City> kept = new ArrayList<>();
        List<List<Double>> rtts = new ArrayList<>();
        for (City city : cities) {
            Map<String, Double> from = measured.get(city.name());
            if (nearest.stream().allMatch(near -> near.equals(city) || from.containsKey(near.name()))) {
                kept.add(city);
                rtts.add(nearest.stream()
                        .map(near -> near.equals(city) ? 0.0 : from.get(near.name()))
                        .toList());
            }
        }
        return new Latencies(kept, regions, rtts);
    }

    /** The angle between two places as seen from the centre of the earth, in radians. */
    private static double distance(City city, Region region) {
        double from = Math.toRadians(city.latitude());
        double to = Math.toRadians(region.latitude());
        double cosine = Math.sin(from) * Math.sin(to)
                + Math.cos(from) * Math.cos(to) * Math.cos(Math.toRadians(city.longitude() - region.longitude()));
        return Math.acos(Math.clamp(cosine, -1, 1));
    }

    private static double latitude(CsvTable row) {
        return row.number("lat", -90, 90);
    }

    private static double longitude(CsvTable row) {
        return row.number("lon", -180, 180);
    }
}
