package io.supercloud.migration;

import io.supercloud.core.RegistryException;
import io.supercloud.core.Tasks;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The journal for one who waits while the registry is away. A write without an answer may have been made: it is looked for
 * before it is tried again.
 */
final class PatientJournal {
    private static final Logger log = LoggerFactory.getLogger(PatientJournal.class);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);

    private final MoveJournal journal;
    private final InstantSource clock;
    private final Tasks tasks;

    PatientJournal(MoveJournal journal, InstantSource clock, Tasks tasks) {
        this.journal = journal;
        this.clock = clock;
        this.tasks = tasks;
    }

    MoveRecord begin(MoveRecord record) {
        while (true) {
            try {
                return journal.begin(record);
            } catch (RegistryException.Unavailable e) {
                again(record, e);
            }
        }
    }

    MoveRecord advance(MoveRecord record, MoveState next) {
        boolean unanswered = false;
        while (true) {
            try {
                Optional<MoveRecord> written =
                        unanswered ? journal.find(record.order().move()) : Optional.empty();
                return written.filter(known -> known.state().equals(next))
                        .orElseGet(() -> journal.advance(record, next, clock.instant()));
            } catch (RegistryException e) {
                if (!unanswered && !(e instanceof RegistryException.Unavailable)) {
                    throw e;
                }
                unanswered = true;
                again(record, e);
            }
        }
    }

    private void again(MoveRecord record, RegistryException cause) {
        log.info("move {} is written to the journal again: {}", record.order().move(), cause.getMessage());
        tasks.sleep(RETRY_PAUSE);
    }

    /** The record as the journal has it, or as it was, where the registry does not answer. */
    MoveRecord known(MoveRecord record) {
        try {
            return journal.find(record.order().move()).orElse(record);
        } catch (RegistryException.Unavailable e) {
            return record;
        }
    }
}
