package io.supercloud.image.internal.journal;

import io.supercloud.core.HostId;
import io.supercloud.core.ImageId;
import io.supercloud.core.InvalidValueException;
import io.supercloud.core.SiteId;
import io.supercloud.image.Durability;
import io.supercloud.image.Encryption;
import io.supercloud.image.VolumeDescription;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the registry knows of a journal: lines of {@code key=value}.
 *
 * @param epoch at which {@code owner} may write, and nobody else
 * @param whole false while a volume that was there before is being copied to the journal: nobody can be given it yet
 * @param chunks in the order in which they were written
 * @param marks instants that can be recovered
 * @param rollBacks what was given up, oldest first, as long as there are chunks that have some of it
 * @param through of an archived volume: the chunks have what the disk had when this version was its last
 */
public record JournalRecord(
        VolumeDescription description,
        long epoch,
        HostId owner,
        boolean whole,
        List<Chunk> chunks,
        List<Mark> marks,
        List<RollBack> rollBacks,
        long through) {
    private static final String FORM = "form=1";
    private static final int KEYS = 11;

    /** Where a chunk's entries are. */
    public sealed interface Kept {
        /** In a ledger that its owner may write to. */
        record Open() implements Kept {}

        /** In a ledger that nobody can write to any more. */
        record Ended() implements Kept {}

        /** In the object store of a site. */
        record Archived(SiteId site) implements Kept {}

        /** In the object store of a site, and never in a ledger. */
        record Stored(SiteId site, int bytes) implements Kept {}
    }

    /**
     * A part of the journal.
     *
     * @param number grows from chunk to chunk
     * @param ledger the one that it was written to, which may be gone where it is archived; where there never was one, what tells it from
     *     others of its number
     */
    public record Chunk(int number, long ledger, Kept kept) {
        private static final String OPEN = "open";
        private static final String ENDED = "ended";
        private static final String ARCHIVED = "archived@";
        private static final String STORED = "stored@";

        private static Chunk parse(String text) {
            String[] parts = text.split(" ");
            return new Chunk(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), kept(parts[2]));
        }

        private static Kept kept(String text) {
            if (text.startsWith(ARCHIVED)) {
                return new Kept.Archived(new SiteId(text.substring(ARCHIVED.length())));
            }
            if (text.startsWith(STORED)) {
                String[] parts = text.substring(STORED.length()).split(":");
                return new Kept.Stored(new SiteId(parts[0]), Integer.parseInt(parts[1]));
            }
            return text.equals(ENDED) ? new Kept.Ended() : new Kept.Open();
        }

        /** Whether nobody can write to it any more. */
        boolean ended() {
            return !(kept instanceof Kept.Open);
        }

        Chunk nowEnded() {
            return ended() ? this : new Chunk(number, ledger, new Kept.Ended());
        }

        Chunk nowArchived(SiteId site) {
            return new Chunk(number, ledger, new Kept.Archived(site));
        }

        @Override
        public String toString() {
            String where = switch (kept) {
                case Kept.Open _ -> OPEN;
                case Kept.Ended _ -> ENDED;
                case Kept.Archived(SiteId site) -> ARCHIVED + site;
                case Kept.Stored(SiteId site, int bytes) -> STORED + site + ":" + bytes;
            };
            return "%d %d %s".formatted(number, ledger, where);
        }
    }

    /**
     * An instant of the volume.
     *
     * @param version the last one that was given until then
     */
    public record Mark(String label, long version) {
        private static Mark parse(String text) {
            String[] parts = text.split(" ");
            return new Mark(parts[0], Long.parseLong(parts[1]));
        }

        @Override
        public String toString() {
            return "%s %d".formatted(label, version);
        }
    }

    /**
     * That the volume went on from an earlier instant.
     *
     * @param chunk the last one that there was
     * @param version the last one that counts in those chunks
     * @param serial of the volume in them
     */
    public record RollBack(int chunk, long version, long serial) {
        private static RollBack parse(String text) {
            String[] parts = text.split(" ");
            return new RollBack(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), Long.parseLong(parts[2]));
        }

        @Override
        public String toString() {
            return "%d %d %d".formatted(chunk, version, serial);
        }
    }

    public JournalRecord {
        chunks = List.copyOf(chunks);
        marks = List.copyOf(marks);
        int first = chunks.isEmpty() ? Integer.MAX_VALUE : chunks.getFirst().number();
        rollBacks = rollBacks.stream().filter(each -> each.chunk() >= first).toList();
    }

    static JournalRecord begun(VolumeDescription description, long epoch, HostId owner, boolean whole) {
        return new JournalRecord(description, epoch, owner, whole, List.of(), List.of(), List.of(), 0);
    }

    JournalRecord claimedBy(VolumeDescription described, long newEpoch, HostId newOwner) {
        return new JournalRecord(described, newEpoch, newOwner, whole, chunks, marks, rollBacks, through);
    }

    JournalRecord with(List<Chunk> newChunks) {
        return new JournalRecord(description, epoch, owner, whole, newChunks, marks, rollBacks, through);
    }

    /** Without a chunk whose content is elsewhere too since {@code version}; earlier marks lose content with it, and go. */
    JournalRecord without(Chunk gone, long version) {
        return with(chunks.stream()
                        .filter(each -> each.number() != gone.number())
                        .toList())
                .marking(
                        marks.stream().filter(mark -> mark.version() >= version).toList());
    }

    private JournalRecord marking(List<Mark> newMarks) {
        return new JournalRecord(description, epoch, owner, whole, chunks, newMarks, rollBacks, through);
    }

    Optional<Mark> mark(String label) {
        return marks.stream().filter(each -> each.label().equals(label)).findFirst();
    }

    JournalRecord marked(Mark mark) {
        return marking(Stream.concat(unmarked(mark.label()).marks.stream(), Stream.of(mark))
                .toList());
    }

    JournalRecord unmarked(String label) {
        return marking(
                marks.stream().filter(each -> !each.label().equals(label)).toList());
    }

    /** Whether there is a mark that needs what was overwritten before {@code version}. */
    public boolean hasMarkBefore(long version) {
        return marks.stream().anyMatch(each -> each.version() < version);
    }

    /** Goes on from a mark as the volume of another serial. */
    JournalRecord rolledBack(Mark mark, long newSerial) {
        RollBack rollBack = new RollBack(nextNumber() - 1, mark.version(), description.serial());
        return new JournalRecord(
                description.rebornAs(newSerial),
                epoch,
                owner,
                whole,
                chunks,
                marks.stream().filter(each -> each.version() <= mark.version()).toList(),
                Stream.concat(rollBacks.stream(), Stream.of(rollBack)).toList(),
                through);
    }

    /** As it was before it was rolled back last, where that was to {@code serial}; what was written since is given up. */
    JournalRecord rolledForward(long serial) {
        if (rollBacks.isEmpty() || description.serial() != serial) {
            return this;
        }
        RollBack last = rollBacks.getLast();
        return new JournalRecord(
                description.rebornAs(last.serial()),
                epoch,
                owner,
                whole,
                chunks.stream().filter(each -> each.number() <= last.chunk()).toList(),
                marks,
                rollBacks.subList(0, rollBacks.size() - 1),
                through);
    }

    /** Whether a record was given up. */
    public boolean isVoid(int chunk, long version) {
        return rollBacks.stream().anyMatch(each -> chunk <= each.chunk() && version > each.version());
    }

    /** The volume's serial in a chunk. */
    long serial(int chunk) {
        return rollBacks.stream()
                .filter(each -> chunk <= each.chunk())
                .findFirst()
                .map(RollBack::serial)
                .orElse(description.serial());
    }

    /** What nobody writes to any more. */
    public JournalRecord ended() {
        return with(chunks.stream().filter(Chunk::ended).toList());
    }

    /** With chunks that together have what the disk had at a version, so that it can be opened. */
    JournalRecord through(List<Chunk> newChunks, long version) {
        return new JournalRecord(description, epoch, owner, true, newChunks, marks, rollBacks, version);
    }

    JournalRecord madeWhole() {
        return new JournalRecord(description, epoch, owner, true, chunks, marks, rollBacks, through);
    }

    int nextNumber() {
        return chunks.isEmpty() ? 1 : chunks.getLast().number() + 1;
    }

    byte[] encode() {
        StringBuilder text = new StringBuilder(FORM)
                .append("\nbase=")
                .append(description.base())
                .append("\nsizeBytes=")
                .append(description.sizeBytes())
                .append("\nserial=")
                .append(description.serial())
                .append("\ndurability=")
                .append(description.durability())
                .append("\nepoch=")
                .append(epoch)
                .append("\nowner=")
                .append(owner)
                .append("\nwhole=")
                .append(whole)
                .append("\nkey=")
                .append(description.encryption().key())
                .append("\nsalt=")
                .append(description.encryption().salt())
                .append("\ncheck=")
                .append(description.encryption().check());
        if (through > 0) {
            text.append("\nthrough=").append(through);
        }
        marks.forEach(mark -> text.append("\nmark=").append(mark));
        rollBacks.forEach(rollBack -> text.append("\nrollBack=").append(rollBack));
        chunks.forEach(chunk -> text.append("\nchunk=").append(chunk));
        return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }

    /** Reads what {@link #encode} made. */
    static JournalRecord decode(String name, String text) throws IOException {
        List<String> lines = text.lines().toList();
        if (lines.size() < KEYS || !lines.getFirst().equals(FORM)) {
            throw new IOException("the journal record of volume '%s' is of another version".formatted(name));
        }
        try {
            List<String> rest = lines.subList(KEYS, lines.size());
            List<Long> through = leading(rest, "through", Long::valueOf);
            rest = rest.subList(through.size(), rest.size());
            List<Mark> marks = leading(rest, "mark", Mark::parse);
            rest = rest.subList(marks.size(), rest.size());
            List<RollBack> rollBacks = leading(rest, "rollBack", RollBack::parse);
            rest = rest.subList(rollBacks.size(), rest.size());
            List<Chunk> chunks = new ArrayList<>();
            for (String line : rest) {
                chunks.add(Chunk.parse(value(line, "chunk")));
            }
            return new JournalRecord(
                    new VolumeDescription(
                            name,
                            new ImageId(value(lines.get(1), "base")),
                            Long.parseLong(value(lines.get(2), "sizeBytes")),
                            Long.parseLong(value(lines.get(3), "serial")),
                            Durability.parse(value(lines.get(4), "durability")),
                            new Encryption(
                                    value(lines.get(8), "key"),
                                    value(lines.get(9), "salt"),
                                    value(lines.get(10), "check"))),
                    Long.parseLong(value(lines.get(5), "epoch")),
                    new HostId(value(lines.get(6), "owner")),
                    Boolean.parseBoolean(value(lines.get(7), "whole")),
                    chunks,
                    marks,
                    rollBacks,
                    through.isEmpty() ? 0 : through.getFirst());
        } catch (NumberFormatException | IndexOutOfBoundsException | InvalidValueException e) {
            throw new IOException("the journal record of volume '%s' is damaged".formatted(name), e);
        }
    }

    private static <T> List<T> leading(List<String> lines, String key, Function<String, T> parser) {
        return lines.stream()
                .takeWhile(line -> line.startsWith(key + "="))
                .map(line -> parser.apply(value(line, key)))
                .toList();
    }

    private static String value(String line, String key) {
        if (!line.startsWith(key + "=")) {
            throw new InvalidValueException("'%s' is not the key %s".formatted(line, key));
        }
        return line.substring(key.length() + 1);
    }
}
