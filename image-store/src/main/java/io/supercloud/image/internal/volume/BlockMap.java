package io.supercloud.image.internal.volume;

import io.supercloud.image.internal.log.Location;
import io.supercloud.image.internal.log.RecordKind;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Block number to version, location and checksum. Memory: 20 bytes of {@link MapMemory} for each block of the 16 MiB stretches
 * that were ever written, so at most 0.5 % of the volume's size, and at most {@link #HEAP_BYTES_A_PAGE} of heap for each
 * stretch: of a volume of 1 TiB that was written all over 5 GiB, of which the budget says how much is the process's own, and
 * 12 MiB. One thread at a time changes it; reads run
 * beside that, see each number whole, and find the numbers of a block fitting each other only under the lock of that thread.
 */
final class BlockMap implements AutoCloseable {
    static final int PAGE_BLOCKS = 4096;
    static final int PAGE_BYTES = PAGE_BLOCKS * (2 * Long.BYTES + Integer.BYTES);
    static final int HEAP_BYTES_A_PAGE = 192;
    private static final long LOCATIONS = (long) PAGE_BLOCKS * Long.BYTES;
    private static final long CHECKSUMS = 2 * LOCATIONS;
    private static final VarHandle LONG = ValueLayout.JAVA_LONG.varHandle();
    private static final VarHandle INT = ValueLayout.JAVA_INT.varHandle();

    /** Versions, then locations, then checksums. */
    private static final class Page {
        private final MemorySegment content;
        private volatile long highestVersion;
        private final AtomicInteger absent = new AtomicInteger();

        Page(MemorySegment content) {
            this.content = content;
        }

        long version(long block) {
            return (long) LONG.getAcquire(content, (long) slot(block) * Long.BYTES);
        }

        long location(long block) {
            return (long) LONG.getAcquire(content, LOCATIONS + (long) slot(block) * Long.BYTES);
        }

        int checksum(long block) {
            return (int) INT.getAcquire(content, CHECKSUMS + (long) slot(block) * Integer.BYTES);
        }

        void put(long block, long version, long location, int checksum) {
            LONG.setRelease(content, (long) slot(block) * Long.BYTES, version);
            INT.setRelease(content, CHECKSUMS + (long) slot(block) * Integer.BYTES, checksum);
            LONG.setRelease(content, LOCATIONS + (long) slot(block) * Long.BYTES, location);
        }
    }

    private final AtomicReferenceArray<Page> pages;
    private final long blocks;
    private final MapMemory.Pages memory;
    private final AtomicLong absent = new AtomicLong();

    BlockMap(long blocks, MapMemory memory) {
        this.blocks = blocks;
        this.memory = memory.newPages(PAGE_BYTES);
        this.pages = new AtomicReferenceArray<>(Math.toIntExact((blocks + PAGE_BLOCKS - 1) / PAGE_BLOCKS));
    }

    long blocks() {
        return blocks;
    }

    /** How many blocks have a version but no content here. */
    long absent() {
        return absent.get();
    }

    long version(long block) {
        Page page = page(block);
        return page == null ? 0 : page.version(block);
    }

    long location(long block) {
        Page page = page(block);
        return page == null ? Location.NONE : page.location(block);
    }

    /** Of the block's content, where its kind is {@link RecordKind#DATA}. */
    int checksum(long block) {
        Page page = page(block);
        return page == null ? 0 : page.checksum(block);
    }

    RecordKind kind(long block) {
        return Location.kind(location(block));
    }

    /** Makes sure that {@link #put} has memory for the block. */
    void reserve(long block) throws IOException {
        if (page(block) == null) {
            pages.set(pageOf(block), new Page(memory.page()));
        }
    }

    /** Replaces the entry of a block that was reserved and returns its former location. */
    long put(long block, long version, long location, int checksum) {
        Page page = page(block);
        page.highestVersion = Math.max(page.highestVersion, version);
        long former = page.location(block);
        count(page, isAbsent(location) - isAbsent(former));
        page.put(block, version, location, checksum);
        return former;
    }

    private void count(Page page, int change) {
        if (change != 0) {
            page.absent.addAndGet(change);
            absent.addAndGet(change);
        }
    }

    private static int isAbsent(long location) {
        return Location.kind(location) == RecordKind.ABSENT ? 1 : 0;
    }

    /** The first block from {@code from} on that lies in a page with a version above {@code version}; or the end. */
    long skipOlderPages(long from, long version) {
        long block = from;
        while (block < blocks && (page(block) == null || page(block).highestVersion <= version)) {
            block = nextPage(block);
        }
        return Math.min(block, blocks);
    }

    /** The first block from {@code from} on that is absent; or the end. */
    long nextAbsent(long from) {
        long block = from;
        while (block < blocks) {
            if (page(block) == null || page(block).absent.get() == 0) {
                block = nextPage(block);
            } else if (kind(block) == RecordKind.ABSENT) {
                return block;
            } else {
                block++;
            }
        }
        return blocks;
    }

    @Override
    public void close() throws IOException {
        memory.close();
    }

    private static long nextPage(long block) {
        return (block / PAGE_BLOCKS + 1) * PAGE_BLOCKS;
    }

    private Page page(long block) {
        return pages.get(pageOf(block));
    }

    private static int pageOf(long block) {
        return (int) (block / PAGE_BLOCKS);
    }

    private static int slot(long block) {
        return (int) (block % PAGE_BLOCKS);
    }
}
