package io.supercloud.image.internal.volume;

import io.supercloud.image.Changes;
import java.util.Arrays;

/** Lists the blocks whose versions lie in a range, a bounded number at a time. Memory: twice that number. */
final class ChangeList {
    private static final int FIRST_CAPACITY = 256;

    private long[] blocks = new long[FIRST_CAPACITY];
    private long[] versions = new long[FIRST_CAPACITY];
    private final int most;
    private int count;
    private boolean dropped;
    /** Changes with versions above this one are not among the lowest. */
    private long highest;

    private ChangeList(int most, long limit) {
        this.most = most;
        this.highest = limit;
    }

    /**
     * The {@code most} changes with the lowest versions above {@code cursor}.
     *
     * @param limit the highest version given when the call began. A block that is written meanwhile gets a higher one
     *     and is left to the next call, so nothing is missed though writes go on
     */
    static Changes after(BlockMap map, long cursor, long limit, int most) {
        ChangeList list = new ChangeList(most, limit);
        for (long block = map.skipOlderPages(0, cursor); block < map.blocks(); ) {
            long version = map.version(block);
            if (version > cursor && version <= list.highest) {
                list.add(block, version);
            }
            block++;
            if (block % BlockMap.PAGE_BLOCKS == 0) {
                block = map.skipOlderPages(block, cursor);
            }
        }
        return list.dropped || list.count > most ? list.lowest() : list.all(limit);
    }

    private void add(long block, long version) {
        if (count == 2 * most) {
            keepLowest();
        } else if (count == blocks.length) {
            blocks = Arrays.copyOf(blocks, 2 * count);
            versions = Arrays.copyOf(versions, 2 * count);
        }
        blocks[count] = block;
        versions[count] = version;
        count++;
    }

    private Changes all(long cursor) {
        return new Changes(Arrays.copyOf(blocks, count), Arrays.copyOf(versions, count), cursor, false);
    }

    private Changes lowest() {
        if (count > most) {
            keepLowest();
        }
        return new Changes(Arrays.copyOf(blocks, count), Arrays.copyOf(versions, count), highest, true);
    }

    private void keepLowest() {
        selectLowest();
        count = most;
        dropped = true;
        highest = Arrays.stream(versions, 0, most).max().orElseThrow();
    }

    /** Quickselect: moves the {@code most} entries with the lowest versions to the front. */
    private void selectLowest() {
        int low = 0;
        int high = count - 1;
        while (low < high) {
            long pivot = versions[(low + high) >>> 1];
            int left = low;
            int right = high;
            while (left <= right) {
                while (versions[left] < pivot) {
                    left++;
                }
                while (versions[right] > pivot) {
                    right--;
                }
                if (left <= right) {
                    swap(left++, right--);
                }
            }
            if (most - 1 <= right) {
                high = right;
            } else if (most - 1 >= left) {
                low = left;
            } else {
                return;
            }
        }
    }

    private void swap(int a, int b) {
        long block = blocks[a];
        blocks[a] = blocks[b];
        blocks[b] = block;
        long version = versions[a];
        versions[a] = versions[b];
        versions[b] = version;
    }
}
