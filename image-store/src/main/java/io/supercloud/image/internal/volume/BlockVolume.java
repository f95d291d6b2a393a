package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.AtRisk;
import io.supercloud.image.IllegalVolumeStateException;
import io.supercloud.image.ImageStoreException;
import io.supercloud.image.Progress;
import io.supercloud.image.ScrubReport;
import io.supercloud.image.Seal;
import io.supercloud.image.StaleEpochException;
import io.supercloud.image.Volume;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.VolumeSource;
import io.supercloud.image.VolumeState;
import io.supercloud.image.VolumeStats;
import io.supercloud.image.internal.crypt.Secrecy;
import io.supercloud.image.internal.log.BlockLog;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/** A volume over any log: the states, and who may go from which to which of them. */
public final class BlockVolume extends VolumeDevice implements Volume {
    private final VolumeDescription description;
    private final LocalBlocks blocks;
    private final Fetcher fetcher;
    private final ReadPath reads;
    private final Follower follower;
    private final LogCleaner cleaner;
    private final LocalSource source;
    private final Secrecy secrecy;
    private final Elsewhere elsewhere;

    private volatile VolumeState state;

    private BlockVolume(VolumeDescription description, BlockLog log, VolumeContext context) {
        this(
                description,
                log,
                context,
                new Fetcher(description.name(), null, context.settings().tasks()),
                context.feed().map(feed -> new JournaledLog(log, feed)),
                new Secrecy(description.encryption()));
    }

    private BlockVolume(
            VolumeDescription description,
            BlockLog log,
            VolumeContext context,
            Fetcher fetcher,
            Optional<JournaledLog> journaled,
            Secrecy secrecy) {
        super(
                description,
                new LocalBlocks(
                        journaled.isPresent() ? journaled.get() : log,
                        context.base(),
                        description.sizeBytes(),
                        secrecy,
                        context.settings().memory()),
                fetcher,
                context.settings().readTimeoutMillis());
        this.description = description;
        this.blocks = blocks();
        this.secrecy = secrecy;
        this.fetcher = fetcher;
        this.reads = reads();
        Tasks tasks = context.settings().tasks();
        this.follower = new Follower(description.name(), blocks, fetcher, reads, heat(), tasks);
        this.source = new LocalSource(blocks, reads, heat());
        this.elsewhere = new Elsewhere(description, context, journaled, blocks, source, this::state);
        elsewhere.reserve().ifPresent(fetcher::setReserve);
        this.cleaner = new LogCleaner(description.name(), blocks, elsewhere.journaling(), tasks);
    }

    /** A new volume in its first state, which is durable on return. */
    public static BlockVolume create(
            VolumeDescription description, BlockLog log, VolumeState first, VolumeContext context) throws IOException {
        Versions.requireEpoch(first.epoch());
        BlockVolume volume = new BlockVolume(description, log, context);
        LocalBlocks blocks = volume.blocks;
        blocks.replay();
        blocks.setLastVersion(first instanceof VolumeState.Open ? Versions.beforeFirst(first.epoch()) : 0);
        volume.record(first);
        volume.start();
        return volume;
    }

    /** A volume in the state that its log has recorded. */
    public static BlockVolume load(VolumeDescription description, BlockLog log, VolumeContext context)
            throws IOException {
        BlockVolume volume = new BlockVolume(description, log, context);
        LocalBlocks blocks = volume.blocks;
        volume.state = blocks.replay();
        if (volume.state == null) {
            throw new IOException("the log of volume '%s' has no state: it was never wholly created; delete it"
                    .formatted(description.name()));
        }
        if (volume.state instanceof VolumeState.Open(long epoch)) {
            long recovered = blocks.lastVersion();
            blocks.setLastVersion(Versions.afterReopening(recovered, epoch));
            volume.source.setLostRange(recovered, blocks.lastVersion());
        }
        if (volume.state instanceof VolumeState.Retired) {
            volume.secrecy.forget();
        }
        volume.follower.setCursor(volume.state instanceof VolumeState.Standby ? 0 : blocks.lastVersion());
        volume.start();
        return volume;
    }

    private void start() {
        cleaner.start();
        elsewhere.start(name());
    }

    @Override
    public String name() {
        return description.name();
    }

    @Override
    public VolumeState state() {
        return state;
    }

    @Override
    public VolumeDescription description() {
        return description;
    }

    @Override
    public VolumeSource source() {
        return source;
    }

    /** Opens the volume for the owner at {@code epoch}, as {@link io.supercloud.image.VolumePool#open} says. */
    public void openAt(long epoch) {
        Versions.requireEpoch(epoch);
        alone(() -> {
            if (epoch < state.epoch() || (epoch == state.epoch() && state instanceof VolumeState.Retired)) {
                throw new StaleEpochException(name(), epoch, state);
            }
            if (epoch > state.epoch()) {
                requireTransition(new VolumeState.Open(epoch));
                requireKey();
                blocks.setLastVersion(Versions.beforeFirst(epoch));
                record(new VolumeState.Open(epoch));
            }
        });
    }

    /**
     * Goes on as the owner after a restart of this process: takes what the journal has and a loss of power took from here, then
     * sends what is here and not in the journal.
     */
    public void resume(Replica replica) {
        Journaling journal = elsewhere.journaling().orElseThrow();
        alone(() -> {
            journal.resume(state.epoch());
            journal.takeVersions(replica);
            fetcher.setJournal(replica);
        });
        attempt("send to its journal what it lacks", () -> journal.send(replica.lastVersion()));
    }

    /** Sends all that was ever written to the journal, which is empty. */
    public void sendWhole() {
        Journaling journal = elsewhere.journaling().orElseThrow();
        alone(() -> journal.resume(state.epoch()));
        attempt("send itself to its journal", () -> journal.send(0));
    }

    /** Keeps this instant in the journal, as {@link io.supercloud.image.VolumePool#mark} says. */
    public void mark(String label) {
        flush();
        Journaling journal = elsewhere
                .journaling()
                .orElseThrow(() -> new ImageStoreException("volume '%s' has no journal to mark".formatted(name())));
        attempt("mark its journal", () -> journal.mark(label));
    }

    /** Lets {@code copier} copy the log between two writes, as one of a volume that is open at {@code epoch}. */
    public void copyLog(long epoch, BlockLog.Copier copier) {
        flush();
        alone(() -> blocks.copyLog(new VolumeState.Open(epoch), copier));
    }

    /**
     * Fetches what a retired copy still lacks from its former source. Without that, the copy that it is to follow could
     * have to ask this one for a block that this one asks that one for.
     */
    public void prepareToFollow() {
        if (state instanceof VolumeState.Retired) {
            attempt("fetch what it lacks", () -> reads.cache(0, sizeBytes()));
        }
    }

    /** Follows another copy from now on, to be opened at {@code epoch}; to be called after {@link #prepareToFollow}. */
    public void followAt(long epoch, VolumeSource from) {
        Versions.requireEpoch(epoch);
        alone(() -> {
            VolumeState next = new VolumeState.Standby(epoch);
            if (state instanceof VolumeState.Retired && epoch <= state.epoch()) {
                throw new StaleEpochException(name(), epoch, state);
            }
            requireTransition(next);
            if (state instanceof VolumeState.Retired && missingBlocks() > 0) {
                throw new ImageStoreException(
                        "volume '%s' still lacks %d blocks of its former source: prefetch them first"
                                .formatted(name(), missingBlocks()));
            }
            follower.setCursor(state instanceof VolumeState.Retired ? blocks.lastVersion() : 0);
            fetcher.follow(from);
            record(next);
            secrecy.allow();
        });
    }

    /** Who opens a volume has its guest, and must be able to show it its disk. */
    private void requireKey() throws IOException {
        secrecy.allow();
        if (secrecy.isOn()) {
            secrecy.cipher();
        }
    }

    @Override
    public Seal seal() {
        alone(() -> {
            if (!(state instanceof VolumeState.Sealed)) {
                VolumeState next = new VolumeState.Sealed(state.epoch());
                requireTransition(next);
                record(next);
            }
        });
        return new Seal(state.epoch(), blocks.lastVersion());
    }

    @Override
    public void unseal() {
        alone(() -> {
            VolumeState next = new VolumeState.Open(state.epoch());
            requireFrom(state instanceof VolumeState.Sealed, next);
            record(next);
        });
    }

    @Override
    public void retire() {
        alone(() -> {
            VolumeState next = new VolumeState.Retired(state.epoch());
            requireTransition(next);
            record(next);
            secrecy.forget();
        });
    }

    @Override
    public void open(Seal seal) {
        VolumeState next = new VolumeState.Open(seal.epoch() + 1);
        requireFrom(state instanceof VolumeState.Standby, next);
        requireTransition(next);
        attempt("use its key", this::requireKey);
        attempt("catch up", () -> follower.catchUpWith(seal));
        alone(() -> {
            requireFrom(state instanceof VolumeState.Standby, next);
            requireTransition(next);
            blocks.setLastVersion(Versions.beforeFirst(next.epoch(), seal.cursor()));
            record(next);
        });
    }

    /** Up to which version a standby copy has all that its source had then, and nothing later; empty where it is of no one instant. */
    public OptionalLong instant() {
        return state instanceof VolumeState.Standby && missingBlocks() == 0 ? follower.instant() : OptionalLong.empty();
    }

    /** Standby to Open(epoch) without its source, which is lost: to be called where the copy is of one {@link #instant}. */
    public void openAlone(long epoch) {
        alone(() -> {
            requireTransition(new VolumeState.Standby(epoch));
            requireKey();
            blocks.setLastVersion(Versions.beforeFirst(epoch, blocks.lastVersion()));
            record(new VolumeState.Open(epoch));
        });
    }

    private void requireTransition(VolumeState next) {
        requireFrom(state.mayBecome(next), next);
    }

    private void requireFrom(boolean allowed, VolumeState next) {
        if (!allowed) {
            throw new IllegalVolumeStateException(name(), state, next);
        }
    }

    /** Makes {@code next} durable, and all writes before it, with one forced write. */
    private void record(VolumeState next) throws IOException {
        blocks.change(() -> blocks.stageState(next));
        blocks.log().force();
        state = next;
    }

    @Override
    public void attachSource(VolumeSource from) {
        fetcher.setSource(from);
    }

    @Override
    public long catchUp() {
        if (state instanceof VolumeState.Standby) {
            attempt("catch up", follower::catchUp);
        }
        return missingBlocks();
    }

    @Override
    public void prefetch(BooleanSupplier keepGoing, Progress progress) {
        attempt("prefetch", () -> follower.prefetch(() -> !isClosed() && keepGoing.getAsBoolean(), progress));
    }

    @Override
    public void limitPrefetch(long bytesPerSecond) {
        follower.rate().set(bytesPerSecond);
    }

    @Override
    public long missingBlocks() {
        return blocks.missing();
    }

    @Override
    public boolean hydrated() {
        return !(state instanceof VolumeState.Standby) && missingBlocks() == 0;
    }

    @Override
    public long bytesFetched() {
        return fetcher.fetchedBytes();
    }

    @Override
    public void dropSource() {
        if (!hydrated()) {
            throw new ImageStoreException(
                    "volume '%s' needs its source: it is %s and lacks %d blocks; prefetch them first"
                            .formatted(name(), state, missingBlocks()));
        }
        fetcher.dropSource();
    }

    /** Does a little of what otherwise is done in the background: false where nothing is urgent. */
    public boolean tidy() throws IOException {
        return cleaner.step();
    }

    @Override
    public ScrubReport scrub(Progress progress) {
        ScrubReport[] report = {null};
        attempt(
                "scrub",
                () -> report[0] = new Scrub(blocks, reads, elsewhere.archive(), () -> !isClosed()).run(progress));
        return report[0];
    }

    @Override
    public AtRisk atRisk() {
        return elsewhere.atRisk();
    }

    @Override
    public VolumeStats stats() {
        BlockLog log = blocks.log();
        return new VolumeStats(readBytes(), writtenBytes(), bytesFetched(), log.bytes(), log.liveBytes());
    }

    @Override
    public void close() {
        close(() -> elsewhere.journaling().filter(Journaling::isOver).isEmpty());
    }

    /** Closes a volume that is going to be deleted: nothing of it needs to be durable. */
    public void abandon() {
        close(() -> false);
    }

    private void close(BooleanSupplier wanted) {
        if (beginClosing()) {
            fetcher.close();
            cleaner.close();
            elsewhere.close();
            finishClosing(wanted);
        }
    }
}
