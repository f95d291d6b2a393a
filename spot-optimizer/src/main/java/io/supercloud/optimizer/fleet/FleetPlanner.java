package io.supercloud.optimizer.fleet;

import io.supercloud.core.InvalidValueException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Plans a fleet. First each VM, or group that must be together, gets the permitted site where it is cheapest by the site's
 * {@link UnitPrices}; it leaves the site where it is only where that gains the share that the rules ask for and pays for the
 * move within the horizon. Where the fleet's limits are not kept so, some get other places ({@link Placing}). Then the VMs of
 * each place are packed on instances; where all of them cost more than the budget, VMs leave dearer sites without regard to
 * gain and moves, those first that save most. Equal inputs give equal plans. Not for several threads: it keeps what it found
 * for {@link #replan}.
 */
public final class FleetPlanner {
    private static final BitSet NONE = new BitSet();
    /** How many packings of a place are kept: those of a plan, and of the tries before it that were over the budget. */
    private static final int KEPT_PACKINGS = 3;

    private final Fleet fleet;
    private final Places places;
    private final double[] cpus;
    private final double[] memory;
    private final List<int[]> units = new ArrayList<>();
    private final List<int[]> permitted = new ArrayList<>();
    private final List<int[]> rivals = new ArrayList<>();
    private final int[] here;
    private final double[] dollarsPerMove;
    private final double[] unitCpus;
    private final double[] unitMemory;
    private final UnitPrices[] unitPrices;
    /** Dollars an hour of each unit at each place, as {@link #judged}; a unit's places lie beside each other. */
    private final double[] costs;

    private final Map<Integer, Deque<Packed>> packed = new HashMap<>();

    private record Packed(List<Integer> vms, List<FleetPlan.Instance> instances) {}

    /** @throws InvalidValueException where a VM fits on no instance at any site that it is permitted */
    public FleetPlanner(Fleet fleet, List<Fleet.Offer> allOffers) {
        this.fleet = fleet;
        places = new Places(fleet, allOffers);
        cpus = fleet.vms().stream().mapToDouble(Fleet.Vm::cpus).toArray();
        memory = fleet.vms().stream().mapToDouble(Fleet.Vm::memoryGib).toArray();
        gather();
        here = new int[units.size()];
        Arrays.setAll(here, this::here);
        unitCpus = new double[here.length];
        unitMemory = new double[here.length];
        dollarsPerMove = new double[here.length];
        Arrays.setAll(unitCpus, unit -> sum(unit, cpus));
        Arrays.setAll(unitMemory, unit -> sum(unit, memory));
        Arrays.setAll(dollarsPerMove, this::dollarsPerMove);
        unitPrices = new UnitPrices[places.count()];
        Arrays.setAll(unitPrices, this::unitPrices);
        costs = new double[Math.multiplyExact(here.length, places.count())];
        for (int place = 0; place < places.count(); place++) {
            judge(place);
        }
    }

    private void judge(int place) {
        for (int unit = 0; unit < here.length; unit++) {
            costs[unit * places.count() + place] = judged(unit, place);
        }
    }

    private void gather() {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        Map<String, List<Integer>> apart = new HashMap<>();
        for (int vm = 0; vm < cpus.length; vm++) {
            int number = vm;
            String group = fleet.vms().get(vm).together().orElseGet(() -> "\0" + number);
            groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(vm);
        }
        groups.values().forEach(group -> {
            Fleet.Vm first = fleet.vms().get(group.getFirst());
            int[] permittedHere = permitted(group);
            if (permittedHere.length == 0) {
                throw new InvalidValueException(
                        "VM %s, with those that must be with it, fits on no instance at a site that it is permitted"
                                .formatted(first.name()));
            }
            first.apart()
                    .ifPresent(name ->
                            apart.computeIfAbsent(name, _ -> new ArrayList<>()).add(units.size()));
            units.add(group.stream().mapToInt(Integer::intValue).toArray());
            permitted.add(permittedHere);
            rivals.add(new int[0]);
        });
        apart.values()
                .forEach(members -> members.forEach(unit -> rivals.set(
                        unit,
                        members.stream()
                                .filter(other -> !other.equals(unit))
                                .mapToInt(Integer::intValue)
                                .toArray())));
    }

    private int[] permitted(List<Integer> group) {
        BitSet fitting = new BitSet();
        fitting.set(0, places.count());
        for (int vm : group) {
            BitSet sites = fleet.vms().get(vm).permitted();
            for (int place = fitting.nextSetBit(0); place >= 0; place = fitting.nextSetBit(place + 1)) {
                fitting.set(place, sites.get(places.site(place)) && fits(vm, place));
            }
        }
        return fitting.stream().toArray();
    }

    private boolean fits(int vm, int place) {
        Fleet.Rules rules = fleet.rules();
        for (Fleet.Offer offer : places.offers(place)) {
            if (cpus[vm] <= offer.cpus() * rules.cpuOversubscription()
                    && memory[vm] <= offer.memoryGib() * rules.memoryOversubscription()) {
                return true;
            }
        }
        return false;
    }

    private UnitPrices unitPrices(int place) {
        return UnitPrices.of(
                places.offers(place),
                fleet.rules(),
                Arrays.stream(cpus).sum(),
                Arrays.stream(memory).sum());
    }

    /** The plan for all VMs. */
    public FleetPlan plan() {
        boolean[] pressed = new boolean[units.size()];
        double budget = fleet.limits().dollarsPerHour();
        FleetPlan best = plan(pressed);
        if (best.dollarsPerHour() <= budget) {
            return best;
        }
        List<Stay> stays = dearestStays(best);
        int marked = 0;
        for (double wanted = best.dollarsPerHour() - budget; marked < stays.size(); wanted *= 2) {
            for (double saved = 0; marked < stays.size() && saved < wanted; marked++) {
                pressed[stays.get(marked).unit()] = true;
                saved += stays.get(marked).savingDollars();
            }
            FleetPlan plan = plan(pressed);
            best = plan.dollarsPerHour() < best.dollarsPerHour() ? plan : best;
            if (best.dollarsPerHour() <= budget) {
                return best;
            }
        }
        List<String> violations = new ArrayList<>(best.violations());
        violations.add(String.format(
                Locale.ROOT, "the instances cost $%.4f an hour; the budget is $%.4f", best.dollarsPerHour(), budget));
        return new FleetPlan(best.siteOfVm(), best.standbyOfVm(), best.instances(), violations);
    }

    private record Stay(int unit, double savingDollars) {}

    /** The units that stay where they are and would be cheaper elsewhere; those first that would save most. */
    private List<Stay> dearestStays(FleetPlan plan) {
        List<Stay> stays = new ArrayList<>();
        for (int unit = 0; unit < here.length; unit++) {
            if (plan.siteOfVm().get(units.get(unit)[0]) == here[unit]) {
                double now = Double.POSITIVE_INFINITY;
                double least = Double.POSITIVE_INFINITY;
                for (int place : permitted.get(unit)) {
                    double rent = rent(unit, place);
                    least = Math.min(least, rent);
                    now = places.site(place) == here[unit] ? Math.min(now, rent) : now;
                }
                if (now > least) {
                    stays.add(new Stay(unit, now - least));
                }
            }
        }
        stays.sort(
                Comparator.comparingDouble((Stay stay) -> -stay.savingDollars()).thenComparing(Stay::unit));
        return stays;
    }

    /** @param pressed by unit: whether it goes where its rent is least, whatever that takes */
    private FleetPlan plan(boolean[] pressed) {
        int[] placeOf = new int[units.size()];
        int[] standbys = new int[units.size()];
        Arrays.fill(placeOf, Fleet.NOWHERE);
        for (int unit = 0; unit < placeOf.length; unit++) {
            BitSet others = sitesOfRivals(unit, placeOf);
            int best = cheapest(unit, pressed, Fleet.NOWHERE, others);
            placeOf[unit] = best == Fleet.NOWHERE ? cheapest(unit, pressed, Fleet.NOWHERE, NONE) : best;
            standbys[unit] = cheapest(unit, pressed, places.site(placeOf[unit]), others);
        }
        int[] chosen = placeOf.clone();
        List<String> violations = new Placing(fleet.limits(), places, new CostsOfUnits(pressed), placeOf).keepLimits();
        int[] placeOfVm = new int[cpus.length];
        int[] siteOfVm = new int[cpus.length];
        int[] standbyOfVm = new int[cpus.length];
        for (int unit = 0; unit < placeOf.length; unit++) {
            if (placeOf[unit] != chosen[unit]) {
                standbys[unit] = cheapest(unit, pressed, places.site(placeOf[unit]), sitesOfRivals(unit, placeOf));
            }
            for (int vm : units.get(unit)) {
                placeOfVm[vm] = placeOf[unit];
                siteOfVm[vm] = places.site(placeOf[unit]);
                standbyOfVm[vm] = standbys[unit] == Fleet.NOWHERE ? Fleet.NOWHERE : places.site(standbys[unit]);
            }
        }
        return new FleetPlan(boxed(siteOfVm), boxed(standbyOfVm), instances(placeOfVm), violations);
    }

    private final class CostsOfUnits implements Placing.Units {
        private final boolean[] pressed;

        CostsOfUnits(boolean[] pressed) {
            this.pressed = pressed;
        }

        @Override
        public int count() {
            return units.size();
        }

        @Override
        public int size(int unit) {
            return units.get(unit).length;
        }

        @Override
        public int[] permitted(int unit) {
            return permitted.get(unit);
        }

        @Override
        public int[] rivals(int unit) {
            return rivals.get(unit);
        }

        @Override
        public double cost(int unit, int place) {
            return FleetPlanner.this.cost(unit, place, pressed);
        }
    }

    /**
     * The plan after the price of one offer changed; what its change does not touch is not packed again.
     *
     * @throws InvalidValueException where there is no such offer
     */
    public FleetPlan replan(Fleet.Offer changed) {
        if (!places.replace(changed)) {
            throw new InvalidValueException("%s is not offered at %s"
                    .formatted(changed.instanceType(), fleet.sites().get(changed.site())));
        }
        int place = places.of(changed);
        unitPrices[place] = unitPrices(place);
        judge(place);
        packed.remove(place);
        return plan();
    }

    private double cost(int unit, int place, boolean[] pressed) {
        return pressed[unit] ? rent(unit, place) : costs[unit * places.count() + place];
    }

    private double rent(int unit, int place) {
        return unitPrices[place].dollars(unitCpus[unit], unitMemory[unit]);
    }

    /**
     * Dollars an hour at a place: rent and, spread over the horizon, the move. Where the unit is it counts for less by the
     * gain that a move must bring.
     */
    private double judged(int unit, int place) {
        if (here[unit] == Fleet.NOWHERE) {
            return rent(unit, place);
        }
        return here[unit] == places.site(place)
                ? rent(unit, place) * (1 - fleet.rules().minimumGain())
                : rent(unit, place) + dollarsPerMove[unit] / fleet.rules().horizonHours();
    }

    private double sum(int unit, double[] sizes) {
        double sum = 0;
        for (int vm : units.get(unit)) {
            sum += sizes[vm];
        }
        return sum;
    }

    private double dollarsPerMove(int unit) {
        double dollars = 0;
        for (int vm : units.get(unit)) {
            dollars += fleet.vms().get(vm).moveGigabytes() * fleet.rules().egressDollarsPerGigabyte();
        }
        return dollars;
    }

    private BitSet sitesOfRivals(int unit, int[] placeOf) {
        if (rivals.get(unit).length == 0) {
            return NONE;
        }
        BitSet sites = new BitSet();
        for (int rival : rivals.get(unit)) {
            if (placeOf[rival] != Fleet.NOWHERE) {
                sites.set(places.site(placeOf[rival]));
            }
        }
        return sites;
    }

    /** Where all of a unit is; nowhere where it is at several sites. */
    private int here(int unit) {
        int site = fleet.vms().get(units.get(unit)[0]).site();
        for (int vm : units.get(unit)) {
            site = fleet.vms().get(vm).site() == site ? site : Fleet.NOWHERE;
        }
        return site;
    }

    /** Of a unit's places at other sites than {@code exceptSite} and {@code others}. */
    private int cheapest(int unit, boolean[] pressed, int exceptSite, BitSet others) {
        boolean all = others.isEmpty();
        int best = Fleet.NOWHERE;
        double least = Double.POSITIVE_INFINITY;
        for (int place : permitted.get(unit)) {
            double cost = cost(unit, place, pressed);
            if (cost < least && places.site(place) != exceptSite && (all || !others.get(places.site(place)))) {
                least = cost;
                best = place;
            }
        }
        return best;
    }

    private Map<Integer, List<FleetPlan.Instance>> instances(int[] placeOfVm) {
        Map<Integer, List<Integer>> byPlace = new TreeMap<>();
        for (int vm = 0; vm < placeOfVm.length; vm++) {
            byPlace.computeIfAbsent(placeOfVm[vm], _ -> new ArrayList<>()).add(vm);
        }
        Map<Integer, List<FleetPlan.Instance>> instances = new TreeMap<>();
        byPlace.forEach((place, vms) -> {
            Packed known = packed(place, vms);
            instances
                    .computeIfAbsent(places.site(place), _ -> new ArrayList<>())
                    .addAll(known.instances());
        });
        return instances;
    }

    private Packed packed(int place, List<Integer> vms) {
        Deque<Packed> known = packed.computeIfAbsent(place, _ -> new ArrayDeque<>());
        Packed found = known.stream()
                .filter(each -> each.vms().equals(vms))
                .findFirst()
                .orElseGet(() -> new Packed(vms, pack(place, vms)));
        known.removeIf(each -> each == found);
        known.addFirst(found);
        if (known.size() > KEPT_PACKINGS) {
            known.removeLast();
        }
        return found;
    }

    private List<FleetPlan.Instance> pack(int place, List<Integer> vms) {
        Packer packer = new Packer(
                vms.stream().mapToDouble(vm -> cpus[vm]).toArray(),
                vms.stream().mapToDouble(vm -> memory[vm]).toArray(),
                places.offers(place),
                fleet.rules(),
                cpus.length);
        return packer.pack().stream()
                .map(instance -> new FleetPlan.Instance(
                        instance.offer(), instance.vms().stream().map(vms::get).toList()))
                .toList();
    }

    private static List<Integer> boxed(int[] values) {
        return Arrays.stream(values).boxed().toList();
    }
}
