package io.supercloud.optimizer.chase;

import io.supercloud.core.InvalidValueException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;

/** The places that a VM may be at, with all their recorded prices, and what a move between them costs. */
public final class ChaseMarket {
    /** A price at which nobody takes a place away. */
    static final double NO_BID = Double.POSITIVE_INFINITY;

    private final String name;
    private final List<Place> places;
    private final ChaseRules rules;
    private final double[][] egressDollars;
    private final double[] bids;
    /** All changes of all places in time order. */
    private final long[] changeMillis;

    private final int[] changePlace;
    private final double[] changePrice;
    /** What an occupant pays, and whether he is there at all (1 or 0), over time. */
    private final List<PriceSeries> rents = new ArrayList<>();

    private final List<PriceSeries> absences = new ArrayList<>();

    /** Somewhere to rent, with its spot prices and, where it is known, its list price. */
    public record Place(String name, PriceSeries prices, OptionalDouble listDollarsPerHour) {}

    /** @param egressDollars of one move, by source and target */
    public ChaseMarket(String name, List<Place> places, ChaseRules rules, double[][] egressDollars) {
        if (places.isEmpty() || egressDollars.length != places.size()) {
            throw new InvalidValueException("the market '%s' has %d places and egress for %d"
                    .formatted(name, places.size(), egressDollars.length));
        }
        this.name = name;
        this.places = List.copyOf(places);
        this.rules = rules;
        this.egressDollars = Arrays.stream(egressDollars).map(double[]::clone).toArray(double[][]::new);
        this.bids = places.stream()
                .mapToDouble(place -> place.listDollarsPerHour().isPresent()
                        ? place.listDollarsPerHour().getAsDouble() * rules.bidTimesListPrice()
                        : NO_BID)
                .toArray();
        int total = places.stream().mapToInt(place -> place.prices().size()).sum();
        changeMillis = new long[total];
        changePlace = new int[total];
        changePrice = new double[total];
        merge();
        for (int place = 0; place < places.size(); place++) {
            Occupancy occupancy = new Occupancy(
                    places.get(place).prices(), bids[place], rules.notice().toMillis());
            rents.add(occupancy.rent());
            absences.add(occupancy.absence());
        }
    }

    private void merge() {
        int[] next = new int[places.size()];
        for (int i = 0; i < changeMillis.length; i++) {
            int first = -1;
            for (int place = 0; place < next.length; place++) {
                PriceSeries prices = places.get(place).prices();
                if (next[place] < prices.size()
                        && (first < 0
                                || prices.changeMillis(next[place])
                                        < places.get(first).prices().changeMillis(next[first]))) {
                    first = place;
                }
            }
            PriceSeries prices = places.get(first).prices();
            changeMillis[i] = prices.changeMillis(next[first]);
            changePlace[i] = first;
            changePrice[i] = prices.changePrice(next[first]++);
        }
    }

    public String name() {
        return name;
    }

    public List<Place> places() {
        return places;
    }

    public ChaseRules rules() {
        return rules;
    }

    int size() {
        return places.size();
    }

    long changeoverMillis() {
        return rules.changeover().toMillis();
    }

    double egress(int source, int target) {
        return egressDollars[source][target];
    }

    double bid(int place) {
        return bids[place];
    }

    PriceSeries rent(int place) {
        return rents.get(place);
    }

    PriceSeries absence(int place) {
        return absences.get(place);
    }

    int changes() {
        return changeMillis.length;
    }

    long changeMillis(int index) {
        return changeMillis[index];
    }

    int changePlace(int index) {
        return changePlace[index];
    }

    double changePrice(int index) {
        return changePrice[index];
    }

    /** The first change after {@code millis}. */
    int firstAfter(long millis) {
        int low = 0;
        int high = changeMillis.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (changeMillis[middle] > millis) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        return low;
    }

    /** From when on every place has a price. */
    public long beginMillis() {
        return places.stream()
                .mapToLong(place -> place.prices().beginMillis())
                .max()
                .orElseThrow();
    }

    /** When the last price took effect. */
    public long endMillis() {
        return changeMillis[changeMillis.length - 1];
    }
}
