package io.supercloud.image.internal.volume;

import io.supercloud.core.Tasks;
import io.supercloud.image.AtRisk;
import io.supercloud.image.VolumeDescription;
import io.supercloud.image.VolumeState;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where else a volume goes than to the log on its host: a replicated one to its journal, an archived one to the object store, a local one
 * nowhere.
 */
final class Elsewhere implements AutoCloseable {
    private final LocalBlocks blocks;
    private final Optional<Journaling> journaling;
    private final Optional<LogArchiving> archiving;
    private final Optional<JournalReserve> reserve;

    Elsewhere(
            VolumeDescription description,
            VolumeContext context,
            Optional<JournaledLog> journaled,
            LocalBlocks blocks,
            LocalSource content,
            Supplier<VolumeState> state) {
        Tasks tasks = context.settings().tasks();
        this.blocks = blocks;
        this.journaling = journaled.map(log -> new Journaling(log, blocks, content, () -> isOpen(state), tasks));
        this.archiving =
                context.archive().map(parts -> new LogArchiving(parts, description, blocks, content, state, tasks));
        this.reserve = context.feed()
                .map(feed ->
                        new JournalReserve(feed.journal(), feed::awaitClaim, () -> isOpen(state), context.settings()))
                .or(() -> context.archive()
                        .map(parts -> new JournalReserve(
                                parts.journal(), () -> {}, () -> isOpen(state), context.settings())));
    }

    private static boolean isOpen(Supplier<VolumeState> state) {
        return state.get() instanceof VolumeState.Open;
    }

    Optional<Journaling> journaling() {
        return journaling;
    }

    /** What of the volume is in object stores. */
    Optional<ArchiveCare> archive() {
        return journaling.<ArchiveCare>map(each -> each).or(() -> archiving);
    }

    Optional<JournalReserve> reserve() {
        return reserve;
    }

    /** What the loss of this host would lose now. */
    AtRisk atRisk() {
        return journaling
                .map(Journaling::atRisk)
                .or(() -> archiving.map(LogArchiving::atRisk))
                .orElseGet(() -> AtRisk.all(blocks.log().liveBytes()));
    }

    /** Begins to do in the background what nobody waits for. */
    void start(String volume) {
        journaling.ifPresent(each -> each.start(volume));
        archiving.ifPresent(LogArchiving::start);
    }

    @Override
    public void close() {
        journaling.ifPresent(Journaling::close);
        archiving.ifPresent(LogArchiving::close);
        reserve.ifPresent(JournalReserve::close);
    }
}
