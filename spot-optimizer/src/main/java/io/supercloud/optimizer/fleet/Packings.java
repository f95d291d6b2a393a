package io.supercloud.optimizer.fleet;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The instances of each place; what was packed before is not packed again. */
final class Packings {
    /** How many packings of a place are kept: those of a plan, and of the tries before it that were over the budget. */
    private static final int KEPT = 3;

    private final Fleet fleet;
    private final Places places;
    private final double[] cpus;
    private final double[] memory;
    /** By VM, its number. */
    private final List<Integer> numbers;

    private final Map<Integer, Deque<Packed>> known = new HashMap<>();

    private record Packed(int[] vms, List<FleetPlan.Instance> instances) {}

    Packings(Fleet fleet, Places places) {
        this.fleet = fleet;
        this.places = places;
        cpus = fleet.vms().stream().mapToDouble(Fleet.Vm::cpus).toArray();
        memory = fleet.vms().stream().mapToDouble(Fleet.Vm::memoryGib).toArray();
        numbers = new ArrayList<>();
        for (int vm = 0; vm < cpus.length; vm++) {
            numbers.add(vm);
        }
    }

    /** After the price of an offer of a place changed. */
    void forget(int place) {
        known.remove(place);
    }

    /** By site. */
    Map<Integer, List<FleetPlan.Instance>> instances(int[] placeOfVm) {
        int[] counts = new int[places.count()];
        for (int place : placeOfVm) {
            counts[place]++;
        }
        int[][] vmsAt = new int[counts.length][];
        Arrays.setAll(vmsAt, place -> new int[counts[place]]);
        for (int vm = placeOfVm.length - 1; vm >= 0; vm--) {
            vmsAt[placeOfVm[vm]][--counts[placeOfVm[vm]]] = vm;
        }
        Map<Integer, List<FleetPlan.Instance>> instances = new TreeMap<>();
        for (int place = 0; place < vmsAt.length; place++) {
            if (vmsAt[place].length > 0) {
                instances
                        .computeIfAbsent(places.site(place), _ -> new ArrayList<>())
                        .addAll(packed(place, vmsAt[place]));
            }
        }
        return instances;
    }

    private List<FleetPlan.Instance> packed(int place, int[] vms) {
        Deque<Packed> here = known.computeIfAbsent(place, _ -> new ArrayDeque<>());
        Packed found = here.stream()
                .filter(each -> Arrays.equals(each.vms(), vms))
                .findFirst()
                .orElseGet(() -> new Packed(vms, pack(place, vms)));
        here.removeIf(each -> each == found);
        here.addFirst(found);
        if (here.size() > KEPT) {
            here.removeLast();
        }
        return found.instances();
    }

    private List<FleetPlan.Instance> pack(int place, int[] vms) {
        double[] cpusHere = new double[vms.length];
        double[] memoryHere = new double[vms.length];
        Arrays.setAll(cpusHere, i -> cpus[vms[i]]);
        Arrays.setAll(memoryHere, i -> memory[vms[i]]);
        Packer packer = new Packer(cpusHere, memoryHere, places.offers(place), fleet.rules(), cpus.length);
        List<FleetPlan.Instance> instances = new ArrayList<>();
        for (Packer.Bin bin : packer.pack()) {
            Integer[] held = new Integer[bin.vms().length];
            Arrays.setAll(held, i -> numbers.get(vms[bin.vms()[i]]));
            instances.add(new FleetPlan.Instance(packer.offer(bin), List.of(held)));
        }
        return instances;
    }
}
