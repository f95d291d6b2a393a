package io.supercloud.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.MoveId;
import io.supercloud.core.RegistryException;
import io.supercloud.migration.MoveState.Checked;
import io.supercloud.migration.MoveState.Failed;
import io.supercloud.migration.MoveState.Planned;
import io.supercloud.migration.MoveState.Settled;
import io.supercloud.migration.MoveState.Step;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MoveJournalTest {
    private static final Instant NOW = Instant.ofEpochSecond(100);

    private final InMemoryRegistry registry = new InMemoryRegistry();
    private final MoveJournal journal = new MoveJournal(registry);

    @AfterEach
    void close() {
        registry.close();
    }

    @Test
    void aMoveIsFoundAsItWasLastWritten() {
        MoveRecord planned = journal.begin(Samples.move("m1", new Planned(), 1));

        MoveRecord checked = journal.advance(planned, new Checked(), NOW);

        assertThat(journal.find(new MoveId("m1"))).contains(checked);
        assertThat(checked.state()).isEqualTo(new Checked());
    }

    @Test
    void anIllegalStepIsRefusedAndNamesBothStates() {
        MoveRecord planned = journal.begin(Samples.move("m1", new Planned(), 1));

        assertThatThrownBy(() -> journal.advance(planned, new Failed(Step.CHECK, "x"), NOW))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("Planned")
                .hasMessageContaining("Failed");
        assertThat(journal.find(new MoveId("m1"))).contains(planned);
    }

    @Test
    void ofTwoManagersOneGoesOn() {
        MoveRecord planned = journal.begin(Samples.move("m1", new Planned(), 1));
        new MoveJournal(registry.another()).advance(planned, new Checked(), NOW);

        assertThatThrownBy(() -> journal.advance(planned, new Checked(), NOW))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("another manager");
    }

    @Test
    void aNameIsTakenOnce() {
        journal.begin(Samples.move("m1", new Planned(), 1));
        assertThatThrownBy(() -> journal.begin(Samples.move("m1", new Planned(), 2)))
                .isInstanceOf(RegistryException.Exists.class);
    }

    @Test
    void movesAreListedByAge() {
        journal.begin(Samples.move("b", new Planned(), 2));
        journal.begin(Samples.move("a", new Planned(), 3));
        journal.begin(Samples.move("c", new Planned(), 1));
        assertThat(journal.all().stream().map(move -> move.order().move().value()))
                .containsExactly("c", "b", "a");
    }

    @Test
    void theOldestEndedMovesAreForgottenAndNoOther() {
        registry.create(Paths.move(new MoveId("old")), Json.write(Samples.move("old", new Planned(), 0)));
        for (int i = 0; i < MoveJournal.KEPT_MOVES + 2; i++) {
            MoveRecord ended = Samples.move("m" + i, new Failed(Step.CHECK, "x"), 10 + i);
            registry.create(Paths.move(ended.order().move()), Json.write(ended));
        }

        journal.begin(Samples.move("new", new Planned(), 100_000));

        assertThat(journal.find(new MoveId("m0"))).isEmpty();
        assertThat(journal.find(new MoveId("m1"))).isEmpty();
        assertThat(journal.find(new MoveId("m2"))).isPresent();
        assertThat(journal.find(new MoveId("old"))).isPresent();
        assertThat(journal.find(new MoveId("new"))).isPresent();
        assertThat(journal.all().stream().filter(move -> !(move.state() instanceof Settled)))
                .hasSize(MoveJournal.KEPT_MOVES + 2);
    }
}
