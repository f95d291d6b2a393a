package io.supercloud.optimizer.fleet;

import io.supercloud.core.InvalidValueException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is placed as a whole, a VM or VMs that must be together, with what never changes about it. Immutable. */
final class Units {
    /** The VMs of one, ascending. */
    private final int[][] vms;

    private final Permitted[] permitted;
    private final int[][] rivals;
    private final int[] here;
    private final double[] cpus;
    private final double[] memory;
    private final double[] dollarsPerMove;

    /** Places, ascending; units that are permitted the same ones share it. */
    private record Permitted(int[] places, BitSet set) {}

    /** @throws InvalidValueException where a VM fits on no instance at any site that it is permitted */
    Units(Fleet fleet, Places places) {
        Map<String, List<Integer>> groups = new LinkedHashMap<>();
        for (int vm = 0; vm < fleet.vms().size(); vm++) {
            int number = vm;
            String group = fleet.vms().get(vm).together().orElseGet(() -> "\0" + number);
            groups.computeIfAbsent(group, _ -> new ArrayList<>()).add(vm);
        }
        vms = groups.values().stream()
                .map(group -> group.stream().mapToInt(Integer::intValue).toArray())
                .toArray(int[][]::new);
        permitted = new Permitted[vms.length];
        here = new int[vms.length];
        cpus = new double[vms.length];
        memory = new double[vms.length];
        dollarsPerMove = new double[vms.length];
        Map<BitSet, Permitted> known = new HashMap<>();
        Map<String, List<Integer>> apart = new HashMap<>();
        for (int unit = 0; unit < vms.length; unit++) {
            gather(fleet, unit);
            Fleet.Vm first = fleet.vms().get(vms[unit][0]);
            BitSet set = permitted(fleet, places, unit);
            if (set.isEmpty()) {
                throw new InvalidValueException(
                        "VM %s, with those that must be with it, fits on no instance at a site that it is permitted"
                                .formatted(first.name()));
            }
            permitted[unit] = known.computeIfAbsent(
                    set, each -> new Permitted(each.stream().toArray(), each));
            if (first.apart().isPresent()) {
                apart.computeIfAbsent(first.apart().get(), _ -> new ArrayList<>())
                        .add(unit);
            }
        }
        rivals = rivals(apart);
    }

    private void gather(Fleet fleet, int unit) {
        here[unit] = fleet.vms().get(vms[unit][0]).site();
        for (int number : vms[unit]) {
            Fleet.Vm vm = fleet.vms().get(number);
            cpus[unit] += vm.cpus();
            memory[unit] += vm.memoryGib();
            dollarsPerMove[unit] += vm.moveGigabytes() * fleet.rules().egressDollarsPerGigabyte();
            here[unit] = vm.site() == here[unit] ? here[unit] : Fleet.NOWHERE;
        }
    }

    private BitSet permitted(Fleet fleet, Places places, int unit) {
        BitSet fitting = new BitSet();
        fitting.set(0, places.count());
        for (int number : vms[unit]) {
            Fleet.Vm vm = fleet.vms().get(number);
            BitSet sites = vm.permitted();
            for (int place = fitting.nextSetBit(0); place >= 0; place = fitting.nextSetBit(place + 1)) {
                fitting.set(place, sites.get(places.site(place)) && places.fits(vm, place));
            }
        }
        return fitting;
    }

    private int[][] rivals(Map<String, List<Integer>> apart) {
        int[][] others = new int[vms.length][0];
        apart.values()
                .forEach(members -> members.forEach(unit -> others[unit] = members.stream()
                        .filter(other -> !other.equals(unit))
                        .mapToInt(Integer::intValue)
                        .toArray()));
        return others;
    }

    int count() {
        return vms.length;
    }

    int[] vms(int unit) {
        return vms[unit];
    }

    /** How many VMs it has. */
    int size(int unit) {
        return vms[unit].length;
    }

    double cpus(int unit) {
        return cpus[unit];
    }

    double memory(int unit) {
        return memory[unit];
    }

    double dollarsPerMove(int unit) {
        return dollarsPerMove[unit];
    }

    /** Where all of it is; nowhere where it is at several sites. */
    int here(int unit) {
        return here[unit];
    }

    /** Ascending; not to be changed. */
    int[] permitted(int unit) {
        return permitted[unit].places();
    }

    boolean permits(int unit, int place) {
        return permitted[unit].set().get(place);
    }

    /** The other units of its group that is apart; not to be changed. */
    int[] rivals(int unit) {
        return rivals[unit];
    }

    boolean hasRivals(int unit) {
        return rivals[unit].length > 0;
    }

    /** Whether a rival of it is at a site, each being at its place or {@link Fleet#NOWHERE}. */
    boolean rivalAt(int unit, int site, int[] placeOf, Places places) {
        for (int rival : rivals[unit]) {
            if (placeOf[rival] != Fleet.NOWHERE && places.site(placeOf[rival]) == site) {
                return true;
            }
        }
        return false;
    }
}
