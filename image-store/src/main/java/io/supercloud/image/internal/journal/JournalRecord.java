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

/**
 * What the registry knows of a journal: lines of {@code key=value}.
 *
 * @param epoch at which {@code owner} may write, and nobody else
 * @param whole false while a volume that was there before is being copied to the journal: nobody can be given it yet
 * @param chunks in the order in which they were written
 */
public record JournalRecord(
        VolumeDescription description, long epoch, HostId owner, boolean whole, List<Chunk> chunks) {
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
    }

    /**
     * A part of the journal.
     *
     * @param number grows from chunk to chunk
     * @param ledger the one that it was written to, which may be gone where it is archived
     */
    public record Chunk(int number, long ledger, Kept kept) {
        private static final String OPEN = "open";
        private static final String ENDED = "ended";
        private static final String ARCHIVED = "archived@";

        private static Chunk parse(String text) {
            String[] parts = text.split(" ");
            return new Chunk(Integer.parseInt(parts[0]), Long.parseLong(parts[1]), kept(parts[2]));
        }

        private static Kept kept(String text) {
            if (text.startsWith(ARCHIVED)) {
                return new Kept.Archived(new SiteId(text.substring(ARCHIVED.length())));
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
            };
            return "%d %d %s".formatted(number, ledger, where);
        }
    }

    public JournalRecord {
        chunks = List.copyOf(chunks);
    }

    JournalRecord claimedBy(VolumeDescription described, long newEpoch, HostId newOwner) {
        return new JournalRecord(described, newEpoch, newOwner, whole, chunks);
    }

    JournalRecord with(List<Chunk> newChunks) {
        return new JournalRecord(description, epoch, owner, whole, newChunks);
    }

    /** What nobody writes to any more. */
    public JournalRecord ended() {
        return with(chunks.stream().filter(Chunk::ended).toList());
    }

    JournalRecord madeWhole() {
        return new JournalRecord(description, epoch, owner, true, chunks);
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
            List<Chunk> chunks = new ArrayList<>();
            for (String line : lines.subList(KEYS, lines.size())) {
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
                    chunks);
        } catch (NumberFormatException | IndexOutOfBoundsException | InvalidValueException e) {
            throw new IOException("the journal record of volume '%s' is damaged".formatted(name), e);
        }
    }

    private static String value(String line, String key) {
        if (!line.startsWith(key + "=")) {
            throw new InvalidValueException("'%s' is not the key %s".formatted(line, key));
        }
        return line.substring(key.length() + 1);
    }
}
