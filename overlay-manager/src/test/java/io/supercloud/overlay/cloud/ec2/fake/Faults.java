package io.supercloud.overlay.cloud.ec2.fake;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/** Which calls go wrong, and how. */
public interface Faults {
    Optional<Fault> next(String action);

    static Faults none() {
        return action -> Optional.empty();
    }

    /** The next calls of {@code action} go wrong so, one after the other; those after them do not. */
    static Faults first(String action, Fault... faults) {
        Map<String, Deque<Fault>> left = new HashMap<>(Map.of(action, new ArrayDeque<>(List.of(faults))));
        return called -> Optional.ofNullable(
                left.getOrDefault(called, new ArrayDeque<>()).poll());
    }

    /** Each call goes wrong with this probability, in any of these ways. */
    static Faults random(long seed, double probability, List<Fault> faults) {
        Random random = new Random(seed);
        return action -> random.nextDouble() < probability
                ? Optional.of(faults.get(random.nextInt(faults.size())))
                : Optional.empty();
    }
}
