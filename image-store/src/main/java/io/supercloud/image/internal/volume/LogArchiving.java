package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.ArchiveLimits;
import io.supercloud.image.AtRisk;
import io.supercloud.image.ImageStoreException;
import io.supercloud.image.StaleEpochException;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.VolumeState;
import io.supercloud.image.internal.journal.JournalReader;
import io.supercloud.image.internal.journal.JournalRecord;
import io.supercloud.image.internal.journal.VolumeArchive;
import io.supercloud.image.internal.journal.VolumeJournal;
import io.supercloud.image.object.Archives;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends an archived volume to the object store, behind its writers: begins when the volume is open here and lacks nothing, and anew at each
 * epoch. While registry or store do not answer the volume goes on, and what is lacking there grows.
 */
public final class LogArchiving implements ArchiveCare, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogArchiving.class);
    private static final long MIN_PAUSE_MILLIS = 20;
    private static final long MAX_PAUSE_MILLIS = 500;
    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

    /**
     * What archiving needs of its pool.
     *
     * @param journal of the volume
     */
    public record Parts(VolumeJournal journal, Archives stores, ArchiveLimits limits) {}

    private final Parts parts;
    private final VolumeDescription description;
    private final LocalBlocks blocks;
    private final LocalSource content;
    private final Supplier<VolumeState> state;
    private final Tasks tasks;
    private final Background background;
    /** Of those who send: the background, and a scrub that mends. */
    private final ReentrantLock sending = new ReentrantLock();

    private ArchiveSession session;
    private long sessionEpoch;
    private final ArchiveLag lag;
    private final Duration pause;

    LogArchiving(
            Parts parts,
            VolumeDescription description,
            LocalBlocks blocks,
            LocalSource content,
            Supplier<VolumeState> state,
            Tasks tasks) {
        this.parts = parts;
        this.description = description;
        this.blocks = blocks;
        this.content = content;
        this.state = state;
        this.tasks = tasks;
        this.background = new Background(tasks);
        this.lag = new ArchiveLag(tasks);
        this.pause = Duration.ofMillis(Math.clamp(parts.limits().lagMillis() / 4, MIN_PAUSE_MILLIS, MAX_PAUSE_MILLIS));
    }

    void start() {
        if (blocks.log().tail().isPresent()) {
            background.start("archive-" + description.name(), this::pauseAfterStep);
        }
    }

    private Duration pauseAfterStep() {
        try {
            return step() ? Duration.ZERO : pause;
        } catch (StaleEpochException e) {
            LOG.info("Volume {} has another owner, so it is archived by that: {}", description.name(), e.getMessage());
            return PAUSE_AFTER_FAILURE;
        } catch (IOException | ImageStoreException e) {
            if (!background.closed()) {
                LOG.warn("Volume {} is archived later: {}", description.name(), e.getMessage());
            }
            return PAUSE_AFTER_FAILURE;
        }
    }

    private boolean mayArchive() {
        return !background.closed()
                && state.get() instanceof VolumeState.Open
                && blocks.map().absent() == 0;
    }

    /** Does a part; false where nothing is left to do now. */
    boolean step() throws IOException {
        sending.lock();
        try {
            if (!mayArchive()) {
                endSession();
                return false;
            }
            begin(state.get().epoch());
            long now = tasks.nanoTime();
            lag.note(blocks.lastVersion());
            boolean more = session.step(lag.millis() >= parts.limits().lagMillis());
            session.listed().ifPresent(version -> lag.archived(version, blocks.lastVersion(), now));
            return more;
        } finally {
            sending.unlock();
        }
    }

    private void begin(long epoch) throws IOException {
        if (session != null && sessionEpoch == epoch) {
            return;
        }
        endSession();
        session = new ArchiveSession(
                VolumeArchive.claim(parts.journal(), parts.stores(), description, epoch),
                blocks,
                content,
                parts.limits(),
                tasks,
                this::mayArchive);
        sessionEpoch = epoch;
        lag.begin(session.lacking(), blocks.lastVersion());
    }

    private void endSession() {
        if (session != null) {
            session.end();
            session = null;
        }
    }

    /** What the loss of this host would lose now. */
    AtRisk atRisk() {
        long live = blocks.log().liveBytes();
        OptionalLong lacking = lag.lacking(blocks.lastVersion());
        long bytes = lacking.isEmpty() ? live : Math.min(live, lacking.getAsLong() * Volume.BLOCK_BYTES);
        return new AtRisk(true, bytes, bytes == 0 ? 0 : lag.millis());
    }

    @Override
    public List<JournalRecord.Chunk> archived() {
        sending.lock();
        try {
            return session == null ? List.of() : session.archive().record().chunks();
        } finally {
            sending.unlock();
        }
    }

    /** A damaged one is replaced with all others, by what is here: which blocks it had is not known for sure. */
    @Override
    public long verifyOrMend(JournalRecord.Chunk chunk) throws IOException {
        sending.lock();
        try {
            if (session == null || !session.archive().record().chunks().contains(chunk)) {
                return 0;
            }
            JournalRecord record = session.archive().record();
            try (JournalReader reader = session.archive().reader()) {
                reader.verify(chunk);
                return 0;
            } catch (IOException e) {
                if (!parts.journal().answers(record, chunk)) {
                    throw e;
                }
            }
            session.beginAnew();
            long sent = session.lacking();
            while (session.listed().isEmpty()) {
                if (!mayArchive()) {
                    throw new IOException("the volume is not open here any more");
                }
                session.step(true);
            }
            return sent;
        } finally {
            sending.unlock();
        }
    }

    /** Waits until nobody is in the log. */
    @Override
    public void close() {
        background.close();
    }
}
