package io.supercloud.image.internal.volume;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.image.Changes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockMapTest {
    /** 16 GiB: a 64th of a TiB. */
    private static final long BLOCKS = 1 << 22;

    private static final long PAGES = BLOCKS / BlockMap.PAGE_BLOCKS;
    private static final long BUDGET_BYTES = 4L * BlockMap.PAGE_BYTES;
    private static final int MOST = 100;

    @TempDir
    Path folder;

    private record Entry(long version, long location, int checksum) {}

    @Test
    void aMapBeyondItsBudgetHasEveryEntry() throws IOException {
        SplittableRandom random = new SplittableRandom(8);
        Map<Long, Entry> model = new HashMap<>();
        MapMemory memory = new MapMemory(BUDGET_BYTES, folder);
        try (BlockMap map = new BlockMap(BLOCKS, memory)) {
            for (long version = 1; version < 30_000; version++) {
                long block = random.nextLong(20L * BlockMap.PAGE_BLOCKS);
                Entry entry = new Entry(version, 1L << 60 | random.nextLong(1L << 50), random.nextInt());
                map.reserve(block);
                map.put(block, entry.version(), entry.location(), entry.checksum());
                model.put(block, entry);
            }
            model.forEach((block, entry) -> assertThat(
                            new Entry(map.version(block), map.location(block), map.checksum(block)))
                    .isEqualTo(entry));
            assertThat(memory.usedBytes()).isEqualTo(BUDGET_BYTES);
            assertThat(memory.fileBytes()).isEqualTo(64L * BlockMap.PAGE_BYTES);
        }
        assertThat(memory.usedBytes()).isZero();
        assertThat(memory.fileBytes()).isZero();
        assertThat(files()).isEmpty();
    }

    /** So a TiB takes 5 GiB, and of the process no more than its budget and 12 MiB. */
    @Test
    void aVolumeThatIsWrittenAllOverTakesTwentyBytesABlockAndOfTheProcessItsBudget() throws IOException {
        MapMemory memory = new MapMemory(BUDGET_BYTES, folder);
        try (BlockMap map = new BlockMap(BLOCKS, memory)) {
            for (long page = 0; page < PAGES; page++) {
                map.reserve(page * BlockMap.PAGE_BLOCKS);
            }
            assertThat(memory.usedBytes()).isEqualTo(BUDGET_BYTES);
            assertThat(memory.usedBytes() + memory.fileBytes())
                    .isBetween(20 * BLOCKS, 20 * BLOCKS + 64 * BlockMap.PAGE_BYTES);
        }
    }

    @Test
    void changesComeLowestFirstAndEachOnceHoweverManyThereAre() throws IOException {
        SplittableRandom random = new SplittableRandom(9);
        Map<Long, Long> newest = new TreeMap<>();
        try (BlockMap map = new BlockMap(BLOCKS, MapMemory.UNBOUNDED)) {
            for (long version = 1; version <= 5_000; version++) {
                long block = random.nextLong(BLOCKS);
                map.reserve(block);
                map.put(block, version, 1L << 60, 0);
                newest.put(block, version);
            }
            Map<Long, Long> found = new TreeMap<>();
            long cursor = 0;
            Changes changes;
            do {
                changes = ChangeList.after(map, cursor, 5_000, MOST);
                assertThat(changes.blocks().length).isLessThanOrEqualTo(MOST);
                for (int i = 0; i < changes.blocks().length; i++) {
                    assertThat(changes.versions()[i]).isGreaterThan(cursor).isLessThanOrEqualTo(changes.cursor());
                    assertThat(found.put(changes.blocks()[i], changes.versions()[i]))
                            .isNull();
                }
                cursor = changes.cursor();
            } while (changes.more());
            assertThat(found).isEqualTo(newest);
            assertThat(cursor).isEqualTo(5_000);
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
