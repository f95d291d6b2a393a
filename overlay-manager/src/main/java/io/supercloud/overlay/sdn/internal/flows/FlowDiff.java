package io.supercloud.overlay.sdn.internal.flows;

import io.supercloud.overlay.sdn.internal.openflow.Flow;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What turns one set of flows into another. A flow that is right is in neither list; one with another cookie or other
 * actions is replaced in place, never removed first.
 *
 * @param removed flows whose key is not wanted any more
 * @param added flows that are new or replace the one of the same key
 */
public record FlowDiff(List<Flow> removed, List<Flow> added) {
    public FlowDiff {
        removed = List.copyOf(removed);
        added = List.copyOf(added);
    }

    public static FlowDiff between(Collection<Flow> present, Collection<Flow> wanted) {
        Map<Flow.Key, Flow> left = new HashMap<>();
        present.forEach(flow -> left.put(flow.key(), flow));
        List<Flow> added = new ArrayList<>();
        for (Flow flow : wanted) {
            if (!flow.equals(left.remove(flow.key()))) {
                added.add(flow);
            }
        }
        return new FlowDiff(new ArrayList<>(left.values()), added);
    }

    public boolean isEmpty() {
        return removed.isEmpty() && added.isEmpty();
    }
}
