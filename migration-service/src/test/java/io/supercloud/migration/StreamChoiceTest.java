package io.supercloud.migration;

import static org.assertj.core.api.Assertions.assertThat;

import io.supercloud.migration.HostCall.VmLoad;
import io.supercloud.migration.MoveManner.Compression;
import io.supercloud.migration.MoveManner.Kind;
import io.supercloud.migration.MoveManner.PostCopy;
import io.supercloud.migration.hypervisor.StreamShape;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class StreamChoiceTest {
    private static final StreamKinds BOTH = new StreamKinds(4, 8, true);
    private static final StreamKinds SMALL = new StreamKinds(2, 8, true);
    private static final StreamKinds PLAIN = new StreamKinds(4, 8, false);
    private static final StreamKinds OLD = new StreamKinds(4, 0, false);
    private static final VmLoad LOAD = new VmLoad(100_000_000, 0, 0, 0.4);
    private static final StreamShape ONE_CHANNEL = new StreamShape(false, 1, false);
    private static final double SLOW = 10e6;
    private static final double FAST = 400e6;

    private static StreamShape choice(MoveManner manner, double bandwidth, StreamKinds source, StreamKinds target) {
        return StreamChoice.of(manner, LOAD, LOAD.sentShare(), bandwidth, 20, source, target);
    }

    @Test
    void aSlowLinkHasItsStreamCompressedAndAFastOneNot() {
        assertThat(choice(MoveManner.LIVE, SLOW, SMALL, SMALL)).isEqualTo(StreamShape.compressed(1));
        assertThat(StreamChoice.of(MoveManner.LIVE, LOAD, 0.4, FAST, 0, SMALL, SMALL))
                .isEqualTo(ONE_CHANNEL);
        assertThat(StreamChoice.of(MoveManner.LIVE, LOAD, 0.4, 0, 0, BOTH, BOTH))
                .as("no limit is known")
                .isEqualTo(ONE_CHANNEL);
    }

    @Test
    void aGuestThatChangesItsMemoryNearlyAsFastAsItTravelsIsCompressedOnAFasterLink() {
        double gigabit = 87e6;
        VmLoad idle = new VmLoad(100_000_000, 0, 0, 0.4);
        VmLoad busy = new VmLoad(100_000_000, 50_000_000, 0, 0.4);
        assertThat(StreamChoice.of(MoveManner.LIVE, idle, 0.4, gigabit, 0, SMALL, SMALL))
                .isEqualTo(ONE_CHANNEL);
        assertThat(StreamChoice.of(MoveManner.LIVE, busy, 0.4, gigabit, 0, SMALL, SMALL))
                .isEqualTo(StreamShape.compressed(1));
    }

    @Test
    void memoryThatDoesNotGetSmallerOrIsSmallTravelsAsItIs() {
        assertThat(StreamChoice.of(MoveManner.LIVE, LOAD, 0.8, SLOW, 20, BOTH, BOTH))
                .isEqualTo(ONE_CHANNEL);
        VmLoad small = new VmLoad(4_000_000, 0, 0, 0.4);
        assertThat(StreamChoice.of(MoveManner.LIVE, small, 0.4, SLOW, 20, BOTH, BOTH))
                .isEqualTo(ONE_CHANNEL);
    }

    @Test
    void onlyWhatBothHypervisorsCanIsChosen() {
        assertThat(choice(MoveManner.LIVE, SLOW, BOTH, PLAIN)).isEqualTo(ONE_CHANNEL);
        assertThat(choice(MoveManner.LIVE, SLOW, OLD, BOTH)).isEqualTo(StreamShape.SINGLE);
        assertThat(choice(MoveManner.LIVE, FAST, OLD, BOTH)).isEqualTo(StreamShape.SINGLE);
    }

    @Test
    void aPostCopyAndAVmWithoutAProcessAreNeitherCompressedNorParallel() {
        MoveManner postCopy = MoveManner.LIVE.with(PostCopy.IF_NEEDED).with(Compression.ALWAYS);
        assertThat(choice(postCopy, SLOW, BOTH, BOTH)).isEqualTo(StreamShape.POST_COPY);
        assertThat(choice(MoveManner.LIVE.of(Kind.COLD), SLOW, BOTH, BOTH)).isEqualTo(StreamShape.SINGLE);
    }

    @Test
    void aMoveMayForceCompressionOrForbidIt() {
        assertThat(choice(MoveManner.LIVE.with(Compression.NEVER), SLOW, BOTH, BOTH))
                .isEqualTo(ONE_CHANNEL);
        assertThat(choice(MoveManner.LIVE.with(Compression.ALWAYS), FAST, BOTH, BOTH))
                .isEqualTo(StreamShape.compressed(2));
    }

    @Test
    void aLongFastWayIsFilledByConnectionsBesideEachOther() {
        assertThat(choice(MoveManner.LIVE, FAST, BOTH, BOTH)).isEqualTo(new StreamShape(false, 2, false));
        assertThat(choice(MoveManner.LIVE, FAST, SMALL, SMALL))
                .as("half of the cores are the guests'")
                .isEqualTo(ONE_CHANNEL);
    }

    @Test
    void noHypervisorIsAskedForMoreChannelsThanItHas() {
        StreamKinds one = new StreamKinds(16, 1, true);
        assertThat(choice(MoveManner.LIVE.with(Compression.ALWAYS), FAST, one, BOTH))
                .isEqualTo(StreamShape.compressed(1));
        assertThat(choice(MoveManner.LIVE, FAST, BOTH, one)).isEqualTo(ONE_CHANNEL);
    }

    @Test
    void whateverIsAskedTheAnswerIsAShapeThatExists() {
        long seed = 20_261_127;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 10_000; i++) {
            StreamKinds source = new StreamKinds(random.nextInt(1, 300), random.nextInt(20), random.nextBoolean());
            VmLoad load = new VmLoad(random.nextLong(1L << 40), random.nextLong(1L << 30), 0, 1);
            MoveManner manner = MoveManner.LIVE
                    .with(Compression.values()[random.nextInt(3)])
                    .with(PostCopy.values()[random.nextInt(2)]);
            double share = random.nextDouble(0.02, 1);
            assertThat(StreamChoice.of(
                            manner, load, share, random.nextDouble(1e10), random.nextDouble(500), source, BOTH))
                    .as("seed %d, case %d", seed, i)
                    .isNotNull();
        }
    }
}
