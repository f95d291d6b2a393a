package io.supercloud.optimizer;

import io.supercloud.optimizer.policy.Policy;
import io.supercloud.optimizer.policy.QuietHours;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When a VM may be moved that need not be. Pure. */
final class Pace {
    private static final Duration DAY = Duration.ofDays(1);
    /** Hours that follow each other without a gap for longer than so many are taken for endless. */
    private static final int MOST_QUIET_STRETCHES = 64;

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

    /** From when on none of the rules makes the VM wait, if nothing else happens; empty where there is no such time. */
    Optional<Instant> opens() {
        List<Instant> moves = snapshot.vm().recentMoves().stream()
                .filter(move -> move.isAfter(snapshot.now().minus(DAY)))
                .sorted()
                .toList();
        if (rules.movesPerDay() == 0) {
            return Optional.empty();
        }
        Instant opens = later(snapshot.now(), snapshot.vm().since().plus(rules.minimumStay()));
        if (moves.size() >= rules.movesPerDay()) {
            opens = later(opens, moves.get(moves.size() - rules.movesPerDay()).plus(DAY));
        }
        for (int stretch = 0; stretch < MOST_QUIET_STRETCHES; stretch++) {
            Instant time = opens;
            Optional<QuietHours> quiet = rules.quietHours().stream()
                    .filter(hours -> hours.contains(time))
                    .findFirst();
            if (quiet.isEmpty()) {
                return Optional.of(opens);
            }
            opens = quiet.get().endAfter(opens);
        }
        return Optional.empty();
    }

    private static Instant later(Instant one, Instant other) {
        return one.isAfter(other) ? one : other;
    }
}
