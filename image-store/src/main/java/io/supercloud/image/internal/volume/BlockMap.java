package io.supercloud.image.internal.volume;

import io.supercloud.image.internal.log.Location;
import io.supercloud.image.internal.log.RecordKind;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Block number to version, location and checksum. Memory: 20 bytes for each block of the 16 MiB stretches that were ever
 * written, so at most 0.5 % of the volume's size, and 8 bytes for each stretch. One thread at a time changes it; reads run
 * beside that, see each number whole, and find the numbers of a block fitting each other only under the lock of that thread.
 */
final class BlockMap {
    static final int PAGE_BLOCKS = 4096;

    private static final class Page {
        private final AtomicLongArray versions = new AtomicLongArray(PAGE_BLOCKS);
        private final AtomicLongArray locations = new AtomicLongArray(PAGE_BLOCKS);
        private final AtomicIntegerArray checksums = new AtomicIntegerArray(PAGE_BLOCKS);
        private volatile long highestVersion;
        private final AtomicInteger absent = new AtomicInteger();
    }

    private final AtomicReferenceArray<Page> pages;
    private final long blocks;
    private final AtomicLong absent = new AtomicLong();

    BlockMap(long blocks) {
        this.blocks = blocks;
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
        return page == null ? 0 : page.versions.getAcquire(slot(block));
    }

    long location(long block) {
        Page page = page(block);
        return page == null ? Location.NONE : page.locations.getAcquire(slot(block));
    }

    /** Of the block's content, where its kind is {@link RecordKind#DATA}. */
    int checksum(long block) {
        Page page = page(block);
        return page == null ? 0 : page.checksums.getAcquire(slot(block));
    }

    RecordKind kind(long block) {
        return Location.kind(location(block));
    }

    /** Replaces a block's entry and returns its former location. */
    long put(long block, long version, long location, int checksum) {
        Page page = page(block);
        if (page == null) {
            page = new Page();
            pages.set(pageOf(block), page);
        }
        page.highestVersion = Math.max(page.highestVersion, version);
        long former = page.locations.get(slot(block));
        count(page, isAbsent(location) - isAbsent(former));
        page.versions.setRelease(slot(block), version);
        page.checksums.setRelease(slot(block), checksum);
        page.locations.setRelease(slot(block), location);
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
