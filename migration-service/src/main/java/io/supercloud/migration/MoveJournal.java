package io.supercloud.migration;

import io.supercloud.core.MoveId;
import io.supercloud.core.Registry;
import io.supercloud.core.RegistryException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The journal of moves in the registry, and the one door through which a move changes its state. */
public final class MoveJournal {
    /** How many ended moves are kept. */
    public static final int KEPT_MOVES = 500;

    private final Registry registry;

    public MoveJournal(Registry registry) {
        this.registry = registry;
    }

    /** Writes a new move durably. Idempotent: what an earlier, unanswered try has written is found. */
    public MoveRecord begin(MoveRecord record) {
        MoveId move = record.order().move();
        try {
            registry.create(Paths.move(move), Json.write(record));
        } catch (RegistryException.Exists e) {
            if (find(move).filter(record::equals).isEmpty()) {
                throw e;
            }
        }
        trim();
        return record;
    }

    /**
     * Writes the next state durably, and the record's forecast with it; throws where the move may not take it, or where
     * another manager was quicker.
     */
    public MoveRecord advance(MoveRecord record, MoveState next, Instant now) {
        if (!record.state().mayBecome(next)) {
            throw new MigrationException(
                    "move %s cannot go from %s to %s".formatted(record.order().move(), record.state(), next));
        }
        Registry.Entry entry = registry.read(Paths.move(record.order().move()))
                .orElseThrow(() -> new MigrationException(
                        "move %s is not in the journal".formatted(record.order().move())));
        MoveRecord known = Json.read(entry, MoveRecord.class);
        if (!known.state().equals(record.state())) {
            throw new MigrationException("move %s is at %s, not at %s: another manager drives it"
                    .formatted(record.order().move(), known.state(), record.state()));
        }
        MoveRecord advanced = (known.cancelled() ? record.cancelling() : record).entering(next, now);
        registry.replace(entry, Json.write(advanced));
        return advanced;
    }

    /** Throws where another has driven the move on. */
    void requireAt(MoveRecord record) {
        MoveId move = record.order().move();
        if (find(move).filter(known -> known.state().equals(record.state())).isEmpty()) {
            throw new MigrationException("move %s is not at %s any more: another drives it"
                    .formatted(move, record.state().name()));
        }
    }

    /** Asks durably for the end of a move. Throws where it is too late for that. */
    public void cancel(MoveId move) {
        Registry.Entry entry = registry.read(Paths.move(move))
                .orElseThrow(() -> new MigrationException("there is no move %s".formatted(move)));
        MoveRecord known = Json.read(entry, MoveRecord.class);
        if (!known.state().canBeCancelled()) {
            throw new MigrationException("move %s cannot be cancelled any more: it is %s"
                    .formatted(move, known.state().name()));
        }
        if (!known.cancelled()) {
            registry.replace(entry, Json.write(known.cancelling()));
        }
    }

    public Optional<MoveRecord> find(MoveId move) {
        return registry.read(Paths.move(move)).map(entry -> Json.read(entry, MoveRecord.class));
    }

    /** All moves in the journal, oldest first. */
    public List<MoveRecord> all() {
        return registry.children(Paths.MOVES).values().stream()
                .map(entry -> Json.read(entry, MoveRecord.class))
                .sorted(Comparator.comparing(MoveRecord::begun))
                .toList();
    }

    private void trim() {
        List<MoveRecord> ended =
                all().stream().filter(record -> record.state().ended()).toList();
        ended.stream()
                .limit(Math.max(0, ended.size() - KEPT_MOVES))
                .forEach(record ->
                        registry.read(Paths.move(record.order().move())).ifPresent(registry::delete));
    }
}
