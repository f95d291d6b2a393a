package io.supercloud.image;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.core.HostId;
import io.supercloud.core.InMemoryRegistry;
import io.supercloud.core.SiteId;
import io.supercloud.image.ledger.InMemoryLedgers;
import io.supercloud.image.object.Archives;
import io.supercloud.image.object.FaultyObjects;
import io.supercloud.image.object.FaultyObjects.Fault;
import io.supercloud.image.object.InMemoryObjects;
import io.supercloud.image.object.ObjectStore;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A pool at each of two sites with an object store each; what the first puts into its own the second reads there. */
abstract class TwoSites {
    static final int PIECE = 8 << 20;
    static final int PIECES = 5;
    static final long SIZE = (long) PIECE * PIECES;
    static final int MANY = 1_000_000;

    private static final SiteId WEST = new SiteId("west");
    private static final SiteId EAST = new SiteId("east");

    final InMemoryRegistry registry = new InMemoryRegistry();
    final InMemoryLedgers ledgers = new InMemoryLedgers();
    final ObjectStore objects = new InMemoryObjects();
    final FaultyObjects faulty = new FaultyObjects(objects);
    final FaultyObjects faultyThere = new FaultyObjects(objects);

    @TempDir
    Path folder;

    LocalVolumePool here;
    LocalVolumePool there;

    private final ArchiveLimits limits;

    TwoSites(ArchiveLimits limits) {
        this.limits = limits;
    }

    @BeforeEach
    void open() {
        here = here(limits);
        there = pool("there", new Archives(EAST, Map.of(WEST, faultyThere, EAST, new InMemoryObjects())), limits);
    }

    /** The first pool: new, or opened again. */
    LocalVolumePool here(ArchiveLimits with) {
        return pool("here", new Archives(WEST, Map.of(WEST, faulty)), with);
    }

    private LocalVolumePool pool(String host, Archives archives, ArchiveLimits with) {
        Path directory = folder.resolve(host);
        Optional<Replication> parts =
                Optional.of(new Replication(registry, ledgers, new HostId(host), Optional.of(archives), with));
        return directory.toFile().exists()
                ? hereAgain(parts)
                : Rig.replicated(directory, Rig.image(), 2_000, parts.get());
    }

    /** The first pool opened again, with these parts or as one of local disks alone. */
    LocalVolumePool hereAgain(Optional<Replication> parts) {
        Path directory = folder.resolve("here");
        return new LocalVolumePool(
                directory.resolve("pool"), new ImageStore(directory.resolve("objects")), 2_000, parts);
    }

    @AfterEach
    void close() {
        faulty.next(0, Fault.REFUSES);
        faultyThere.next(0, Fault.REFUSES);
        here.close();
        there.close();
    }

    static void fill(Volume volume) {
        for (int piece = 0; piece < PIECES; piece++) {
            Rig.write(volume, (long) piece * PIECE, Rig.bytes(PIECE, piece));
        }
    }

    static void requireWhole(Volume found) {
        for (int piece = 0; piece < PIECES; piece++) {
            assertThat(Rig.read(found, (long) piece * PIECE, PIECE)).isEqualTo(Rig.bytes(PIECE, piece));
        }
    }
}
