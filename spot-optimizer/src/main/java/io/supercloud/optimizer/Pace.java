package io.supercloud.optimizer;

import io.supercloud.optimizer.policy.Policy;
import java.time.Duration;
import java.util.Optional;

/** When a VM may be moved that need not be. Pure. */
final class Pace {
    private static final Duration DAY = Duration.ofDays(1);

    private final Snapshot snapshot;
    private final Policy.Pace rules;

    Pace(Snapshot snapshot, Policy.Pace rules) {
        this.snapshot = snapshot;
        this.rules = rules;
    }

    /** Why the VM may not move now, in words. */
    Optional<String> mustWait() {
        Duration stayed = Duration.between(snapshot.vm().since(), snapshot.now());
        if (stayed.compareTo(rules.minimumStay()) < 0) {
            return Optional.of("the VM came %s ago and stays at least %s"
                    .formatted(Words.duration(stayed), Words.duration(rules.minimumStay())));
        }
        long moves = snapshot.vm().recentMoves().stream()
                .filter(move -> move.isAfter(snapshot.now().minus(DAY)))
                .count();
        if (moves >= rules.movesPerDay()) {
            return Optional.of(
                    "the VM moved %d times in 24 hours; the policy permits %d".formatted(moves, rules.movesPerDay()));
        }
        return rules.quietHours().stream()
                .filter(hours -> hours.contains(snapshot.now()))
                .findFirst()
                .map("the VM does not move in the quiet hours %s"::formatted);
    }
}
